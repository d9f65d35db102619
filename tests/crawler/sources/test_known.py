"""What a snapshot is told of the country: candidates that ship, sources that are declared."""

from pathlib import Path

from crawler.sources.known import known

TABLE = """[one]
name = "云埠市人民政府"
region = "990300"
level = "city"
family = "html"
lists = ["http://one.example/"]
kind = "documents"
"""


def test_declared_sources_and_candidates(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(TABLE, "utf-8")
    told = known(str(tmp_path))
    assert [(one.id, one.region, one.evidence, one.is_news) for one in told.declared] == [
        ("one", "990300", "reported", False)
    ]
    assert sum(told.candidates.values()) > 2000
