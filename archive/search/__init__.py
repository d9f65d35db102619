"""A query becomes hits. This room knows no page: it takes a connection and a query, and returns rows and offsets."""
