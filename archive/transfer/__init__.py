"""Records and rows from elsewhere: imports of WARC files, merges of snapshots, and an archive rebuilt from its files."""
