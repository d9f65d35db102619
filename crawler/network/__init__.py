"""Requests to a host: guard, robots, pace, limits, failures. This room knows nothing of the archive but its locks."""
