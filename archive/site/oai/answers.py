"""The protocol's answers, as XML. Whatever was crawled is escaped; no text of a source that is not official stands in one."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response

from archive.database import has_table
from archive.site.atom import to_attribute, to_xml
from archive.site.frame import Site, place_of, safe_url, site_of
from archive.site.oai import records
from archive.site.oai.asked import PREFIX, Fault, Key, Verb, Wanted, read
from archive.site.shield import HARVEST
from archive.snapshots.places import named
from archive.times import zulu

_LONGEST = 8000  # bytes of a posted form
_WORDS = 200  # signs of a text that tell what a release is about
_NOBODY = "nobody@invalid"  # the protocol wants an address where the operator names none
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OAI = "http://www.openarchives.org/OAI/2.0/"
_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"
_OAI_SCHEMA, _DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd", f"{_OAI}oai_dc.xsd"
_RIGHTS = {
    "official": "Act or statement of a state organ. The rights are its publisher's.",
    "press": "Text of a news medium: only metadata are given. The rights are its publisher's.",
    "unknown": "The rights are not known: only metadata are given.",
}


async def harvest(datasette: Any, request: Any) -> Response:
    """Any request of a harvester, by GET or by POST."""
    site = site_of(datasette, request)
    arguments: dict[str, str] = {}
    try:
        pairs = await _pairs(request)
        verb, arguments = read(pairs)
        body, said = await _answer(site, verb, arguments), {"verb": verb, **arguments}
    except Fault as fault:
        body, said = f'<error code="{fault.code}">{to_xml(fault.words)}</error>', {}
        if fault.code not in ("badVerb", "badArgument"):
            said = dict(pairs)
    return Response(_page(site, body, said), content_type="text/xml; charset=utf-8")


async def _pairs(request: Any) -> list[tuple[str, str]]:
    words = str(request.query_string)
    if request.method == "POST":
        words = "&".join(filter(None, (words, (await _posted(request)).decode("utf-8", "replace"))))
    return parse_qsl(words, keep_blank_values=True)


async def _posted(request: Any) -> bytes:
    body, more = b"", True
    while more and len(body) <= _LONGEST:
        event = await request.receive()
        body, more = body + event.get("body", b""), event.get("more_body", False)
    if len(body) > _LONGEST:
        raise Fault("badArgument", "the form is too long")
    return body


def _page(site: Site, body: str, said: Mapping[str, str]) -> str:
    attributes = "".join(f" {name}={to_attribute(value)}" for name, value in said.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_OAI}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_OAI} {_OAI_SCHEMA}">\n'
        f"<responseDate>{_made(site)}</responseDate>\n<request{attributes}>{to_xml(_base(site))}</request>\n{body}\n</OAI-PMH>\n"
    )


def _base(site: Site) -> str:
    return site.whole(HARVEST)


def _made(site: Site) -> str:
    """The moment of the snapshot: a harvest from it on misses nothing, one from the clock's time on would."""
    stamp = re.match(r"\d{8}T\d{6}Z", Path(str(site.settings["snapshot"])).name)
    return zulu(datetime.strptime(stamp[0], "%Y%m%dT%H%M%S%z") if stamp else datetime.now(UTC))


async def _answer(site: Site, verb: Verb, arguments: Mapping[str, str]) -> str:
    if verb == "ListMetadataFormats":
        return await _formats(site, arguments.get("identifier"))
    if not await site.read_once(_has_records):
        raise Fault("noRecordsMatch", "this snapshot was made by an earlier version and has no records")
    if verb == "Identify":
        return await _identify(site)
    if verb == "ListSets":
        return await _sets(site, arguments)
    if verb == "GetRecord":
        key = await site.read(lambda db: records.get(db, arguments["identifier"]))
        return f"<GetRecord>{''.join(await _records(site, [key]))}</GetRecord>"
    return await _list(site, verb, arguments)


def _has_records(db: Any) -> bool:
    return has_table(db, "records")


async def _identify(site: Site) -> str:
    contact = str(site.settings.get("contact", ""))
    facts = {
        "repositoryName": site.word("name"),
        "baseURL": _base(site),
        "protocolVersion": "2.0",
        "adminEmail": contact if re.fullmatch(r"[^\s@]+@[^\s@]+", contact) else _NOBODY,
        "earliestDatestamp": await site.read_once(records.first),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    return f"<Identify>{_elements(facts.items())}</Identify>"


async def _formats(site: Site, identifier: str | None) -> str:
    if identifier is not None:
        await site.read(lambda db: records.get(db, identifier))
    facts = {"metadataPrefix": PREFIX, "schema": _DC_SCHEMA, "metadataNamespace": _OAI_DC}
    return f"<ListMetadataFormats><metadataFormat>{_elements(facts.items())}</metadataFormat></ListMetadataFormats>"


async def _sets(site: Site, arguments: Mapping[str, str]) -> str:
    if arguments:
        raise Fault("badResumptionToken", "all sets stand in one answer")
    names = (await site.read_once(records.sets)).names
    if not names:
        raise Fault("noRecordsMatch")
    told = (f"<set>{_elements([('setSpec', spec), ('setName', name)])}</set>\n" for spec, name in names.items())
    return f"<ListSets>\n{''.join(told)}</ListSets>"


async def _list(site: Site, verb: Verb, arguments: Mapping[str, str]) -> str:
    token = arguments.get("resumptionToken")
    wanted = Wanted.resumed(token) if token else Wanted.read(arguments)
    sets = await site.read_once(records.sets)
    keys, more = await site.read(lambda db: records.find(db, sets, wanted))
    told = await _records(site, keys) if verb == "ListRecords" else await _heads(site, keys)
    following = to_xml(wanted.token(keys[-1])) if more else ""
    ends = f"<resumptionToken>{following}</resumptionToken>" if more or token else ""
    return f"<{verb}>\n{''.join(told)}{ends}</{verb}>"


async def _heads(site: Site, keys: list[Key]) -> list[str]:
    sets = await site.read_once(records.sets)
    rows = await site.read(lambda db: records.rows(db, keys, 0))
    return [_head(key, sets.of_source.get(rows[key.release]["source"], ()) if key.release else ()) for key in keys]


async def _records(site: Site, keys: list[Key]) -> list[str]:
    rows = await site.read(lambda db: records.rows(db, keys, _WORDS))
    places = await site.read_once(named)
    heads = await _heads(site, keys)
    return [
        f"<record>{head}{_metadata(_dublin_core(site, rows[key.release], places)) if key.release else ''}</record>\n"
        for key, head in zip(keys, heads, strict=True)
    ]


def _head(key: Key, sets: Iterable[str]) -> str:
    status = ' status="deleted"' if key.removed else ""
    facts = [("identifier", records.identifier(key.identifier)), ("datestamp", key.learned)]
    return f"<header{status}>{_elements([*facts, *(('setSpec', one) for one in sets)])}</header>\n"


def _dublin_core(site: Site, row: Any, places: Mapping[str, str]) -> list[tuple[str, str]]:
    copied = row["cluster"] not in (None, row["id"])
    values = [
        ("title", row["title"]),
        ("creator", row["author"]),
        ("creator", row["issuer"]),
        ("description", " ".join(row["words"].split())),
        ("publisher", row["source_name"]),
        ("publisher", row["publisher"] if row["publisher"] != row["source_name"] else ""),
        ("contributor", row["editor"]),
        ("date", (row["published"] or "")[:10]),
        ("type", "Text"),
        ("format", "text/html"),
        ("identifier", site.whole(f"/release/{row['id']}")),
        ("identifier", row["doc_number"]),
        ("source", safe_url(row["url"])),
        ("language", row["language"] or "zh"),
        ("relation", site.whole(f"/release/{row['cluster']}") if copied else ""),
        ("coverage", place_of(row, "zh", places)),
        ("rights", _RIGHTS[row["rights"]]),
    ]
    return [(name, value) for name, value in values if value]


def _metadata(values: list[tuple[str, str]]) -> str:
    spaces = f'xmlns:oai_dc="{_OAI_DC}" xmlns:dc="{_DC}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_OAI_DC} {_DC_SCHEMA}"'
    return f"<metadata><oai_dc:dc {spaces}>{_elements((f'dc:{name}', value) for name, value in values)}</oai_dc:dc></metadata>"


def _elements(values: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{to_xml(value)}</{name}>" for name, value in values)
