"""The crawler's knowledge of the country's places, as a snapshot takes it."""

from collections import Counter

from archive.snapshots.places import Declared, Known
from crawler.sources.candidates import read_candidates
from crawler.sources.declared import load_sources


def known(named: str) -> Known:
    """The candidates that gongbao ships, and the sources that `named` (SOURCES) declares."""
    sources = load_sources(named).values()
    return Known(
        candidates=Counter(one.region for one in read_candidates() if one.kind == "news"),
        declared=[
            Declared(id=one.id, region=one.region, evidence=one.evidence, is_news=one.kind == "news") for one in sources
        ],
    )
