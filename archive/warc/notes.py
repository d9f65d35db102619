"""Notes: metadata records about an exchange or an event, as `key: value` lines."""

from archive.model import Listed


def listed_of(facts: dict[str, str]) -> Listed | None:
    """What a list said of an article, from the facts of a record; the other way: `warc.listed_facts`."""
    if "listed-url" not in facts:
        return None
    return Listed(url=facts["listed-url"], title=facts.get("title", ""), date=facts.get("date", ""))


def listed_facts(listed: Listed | None) -> dict[str, str]:
    """What a list said of an article, as the facts of a record."""
    return {"listed-url": listed.url, "title": listed.title, "date": listed.date} if listed else {}
