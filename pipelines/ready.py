"""Imported before the first fork (crawler/run/warm.py): patterns and tables that their first use makes are made once.

A page is read here that needs them: a fifth of a second of CPU that each command would take again. Nothing that the
environment or an archive has a say in may be kept.
"""

import gc

from archive.model import Page
from pipelines.read import read

_PARAGRAPH = "<p>溟川市第{}次會議部署防汛工作，要求各县区在3月15日前做好巡查值守和物资储备，投入资金{}万元。</p>"
_PAGE = (
    '<html><head><meta charset="gb2312"><title>溟川市部署防汛工作</title></head><body><h1>溟川市部署防汛工作</h1>'
    f"<p>发布时间：2026-03-05 来源：溟川日报</p><div>{''.join(_PARAGRAPH.format(n, n) for n in range(8))}</div></body></html>"
)

read(
    Page(
        url="http://mingchuan.example/1.html",
        source="mingchuan",
        fetched="2026-03-06T09:00:00+00:00",
        body=_PAGE.encode("gb18030"),
    ),
    None,
)
gc.collect()
gc.freeze()  # a collection in a fork would look through all of this, and copy its memory
