"""Packages for a repository that keeps things for good: a snapshot, and the WARC files behind it, as BagIt or as WACZ."""
