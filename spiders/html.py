"""Family `html`: any page of links."""

from scrapy import Request
from scrapy.http import TextResponse

from spiders.base import ListPage, ListSpider
from spiders.lists import next_link, parse, read_entries


class HtmlSpider(ListSpider):
    """Links of the page are entries; the next page is the one that `next_page`, or a link 下一页, leads to."""

    def read_list(self, response: TextResponse) -> ListPage:
        document = parse(response.text)
        following = next_link(document, response.url, self.source.next_page)
        return ListPage(
            entries=read_entries(document, response.url, self.source),
            next=(Request(following),) if following else (),
        )
