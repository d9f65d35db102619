"""One crawl under way: its session, arguments, record, captures and daily budget."""
