"""The rows of a JSON answer as entries."""

import dataclasses

from archive.model import Listed
from crawler.sources.source import Source
from spiders.lists.answers import admitted, left_out
from spiders.lists.entries import MOST_ENTRIES

LIST = "https://www.yunbu.gov.cn/list.json"
SOURCE = Source(
    id="yunbu",
    name="云埠市",
    region="990300",
    level="city",
    family="json",
    lists=(LIST,),
    article=r"/zw/\d+\.html$",
)


def entry(n: int, host: str = "www.yunbu.gov.cn") -> Listed:
    return Listed(url=f"https://{host}/zw/{n}.html", title=f"第{n}则", date="2026-03-05")


def test_rows_of_another_site_and_repeated_rows_do_not_hide_that_a_list_was_cut():
    rows = [entry(1, "www.linpu.gov.cn"), entry(1), entry(1), *map(entry, range(2, 3000))]
    assert len(admitted(rows, LIST, SOURCE)) == MOST_ENTRIES + 1


def test_a_repeated_page_has_the_title_of_its_last_row():
    later = dataclasses.replace(entry(1), title="第1则（更正）")
    assert admitted([entry(1), entry(2), later], LIST, SOURCE) == (later, entry(2))


def test_rows_that_the_source_does_not_admit_are_told():
    other = Listed(url="https://www.yunbu.gov.cn/about.htm", title="关于", date="")
    assert left_out([entry(1), other], LIST, SOURCE) == (other,)
