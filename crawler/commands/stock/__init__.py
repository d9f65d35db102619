"""Commands of Scrapy's own that cannot work here, so that they say so in a sentence."""
