"""Reading list pages: entries, links, the next page, days, and answers in JSON. Pure functions."""
