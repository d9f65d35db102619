"""A server with one CDX index that replays captures with `id_`: the Wayback Machine, pywb."""

from collections.abc import Iterator

from crawler.history.cdx import Row
from crawler.history.replay import Given, cut_short, original, other_capture
from crawler.history.witness import NotGiven, Witness, query


class Replaying(Witness):
    def named(self, host: str, since: str, until: str) -> Iterator[Row | None]:
        return self.read_rows(f"{self.address.index}?{query(host, since, until)}")

    def origin(self, row: Row) -> str:
        return f"{self.address.captures}{row.time}id_/{row.url}"

    def given(self, row: Row) -> Given:
        with self.answer(self.origin(row), {"Accept-Encoding": "gzip"}) as answer:
            if fault := other_capture(answer, row):
                raise NotGiven(fault)
            headers, body = original(answer.getheaders()), self.content(answer)
            if fault := cut_short(headers, body, row):
                raise NotGiven(fault)
            return Given(
                status=answer.status, reason=answer.reason, headers=headers, body=body, origin=self.origin(row)
            )
