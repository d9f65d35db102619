"""scrapy fetch, which says that there is none."""

from crawler.command import StockCommand


class Command(StockCommand):
    pass
