"""Finished copies of the archive, with their exports. Readers are always given a finished copy, never the live file."""
