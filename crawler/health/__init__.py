"""The health of a source: the judgement of its crawls, and messages about it."""
