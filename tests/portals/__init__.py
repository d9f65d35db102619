"""Portals of governments on loopback: each has an address of its own, since politeness is per host."""
