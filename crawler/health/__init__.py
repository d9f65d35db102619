"""How a source is: the judgement of its crawls, and who is told of it."""
