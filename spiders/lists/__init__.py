"""What a list page says: its entries, its links, its next page, its days, and answers in JSON. Pure functions."""
