"""List protocols: one class for each way in which sites list their articles, never a class for a site."""
