"""What would be found at an address: the family of its site, a proposed declaration, and the report."""
