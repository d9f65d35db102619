"""Documents of Word and WPS: the XML and the binary format, and the numbers of their lists."""
