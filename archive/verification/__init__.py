"""Checks of a snapshot or an archive: what does not fit is named."""
