"""Pages made to hang or kill a reader, through a whole crawl with a worker process."""

from pathlib import Path

import pytest

from tests.conftest import crawl, rows
from tests.pipelines.test_extract import BODY, HOSTILE, START
from tests.serving import Pages

DECLARED = """[one]
name = "某县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
"""


@pytest.mark.slow
def test_a_crawl_goes_on_past_hostile_pages(tmp_path: Path) -> None:
    made = [page.encode() for page in (*HOSTILE.values(), START + BODY)] + [b"%PDF-1.4\n1 0 obj"]
    site = {f"/a/{n}.html": page for n, page in enumerate(made)}
    links = "".join(f'<li><a href="{path}">第{n}篇县政府会议新闻</a></li>' for n, path in enumerate(site))
    with Pages({**site, "/list/": f"<html><body><ul>{links}</ul></body></html>".encode()}) as pages:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        crawl("one", SOURCES=tmp_path / "one.toml", ARCHIVE_DIR=tmp_path, EXTRACT_WORKERS=1)
    found = {
        url.rpartition("/")[2]: (state, why)
        for url, state, why in rows(tmp_path, "SELECT url, state, reason FROM listings")
    }
    assert len(found) == len(made)
    assert all(state == "held" or (state == "failed" and why) for state, why in found.values()), found
    assert found[f"{len(HOSTILE)}.html"] == ("held", "")
    assert found[f"{len(HOSTILE) + 1}.html"] == ("failed", "not-html")
