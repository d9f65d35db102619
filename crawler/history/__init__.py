"""Captures that others made: read from a CDX index, chosen, and fetched one at a time."""
