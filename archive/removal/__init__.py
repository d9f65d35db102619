"""One address taken out of everything: the database, WARC files, list pages, snapshots, and files beside them."""
