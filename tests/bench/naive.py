"""`scrapy runspider` takes a file with one spider: the naive one."""

from tests.bench import peers


class NaiveSpider(peers.NaiveSpider):
    pass
