"""A probe of an address: the family of its site, a proposed declaration, and the report. It keeps nothing."""
