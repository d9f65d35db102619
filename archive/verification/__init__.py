"""Checks of a snapshot or an archive; each fault is named in a sentence."""
