"""Captures that others made: what a CDX index names, which of it is worth fetching, and the fetching, one at a time."""
