"""One crawl under way: its session, its arguments, what it records, captures and may cost."""
