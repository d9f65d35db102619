"""Keeps the answers of `scrapy adopt` on the disk while it runs; started again after a kill, it takes them from here.

A home page is never asked for a second time, even if its answer was lost.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.files import sync
from archive.warc.exchange import Exchange
from archive.warc.records import read
from archive.warc.write import write_file
from crawler.headers import pairs
from crawler.network.meta import meta_of

BEGUN = "begun"  # the file that names the home pages that were asked for


class Kept:
    """A folder with a WARC file for each answer, and a file `begun` that gets a line just before a home page is asked for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        begun = folder / BEGUN
        self.begun = set(begun.read_text("utf-8").split()) if begun.is_file() else set()

    def path(self, request: Request) -> Path:
        return self.folder / f"{_key(request)}.warc.gz"

    def answer(self, request: Request) -> Response | None:
        """The answer to a request as it was kept; None when there is none."""
        path = self.path(request)
        exchange = next((one.exchange for one in read(path) if one.exchange), None) if path.is_file() else None
        if exchange is None:
            return None
        headers = Headers(exchange.headers)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=exchange.body)
        return kind(request.url, status=exchange.status, headers=headers, body=exchange.body)

    def keep(self, request: Request, response: Response, time: str) -> None:
        """Write the answer as a WARC file of its own, whole or not at all; `bundle` joins such files.

        It has no source: none is declared yet, and `scrapy import` is told one.
        """
        exchange = Exchange(
            url=request.url,
            source="",
            role=meta_of(request).role,
            fetched=time,
            method=request.method,
            request_headers=pairs(request.headers),
            request_body=request.body,
            status=response.status,
            headers=pairs(response.headers),
            body=response.body,
        )
        part = self.path(request).with_suffix(".part")
        write_file(part, [exchange])
        part.replace(self.path(request))

    def begin(self, request: Request) -> bool:
        """Note that a home page is being asked for; False when it was before, and its answer got lost."""
        key = _key(request)
        if key in self.begun:
            return False
        self.begun.add(key)
        with (self.folder / BEGUN).open("a", encoding="utf-8") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        return True

    def bundle(self, requests: Iterable[Request], path: Path) -> None:
        """Write the answers to these requests into one WARC file."""
        paths = dict.fromkeys(one for request in requests if (one := self.path(request)).is_file())
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for one in paths:
                file.write(one.read_bytes())
        sync(part)
        part.replace(path)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _key(request: Request) -> str:
    asked = b" ".join((request.method.encode(), request.url.encode(), request.body))
    return hashlib.sha256(asked).hexdigest()[:24]
