"""Figures that releases print, for readers: those of a release, those that changed, the series of one indicator."""
