"""From a portal or a candidate to a checked declaration: it finds the news column, judges it, and keeps the pages and the verdict."""
