"""Finished copies of the archive, with their exports. What others read is always a finished copy, never the live file."""
