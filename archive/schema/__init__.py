"""Every released step of the schema, frozen, and the one way to open an archive.

A released step is never changed, and calls no code outside its own file.
"""
