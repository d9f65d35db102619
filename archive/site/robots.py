"""Descriptions for programs: robots.txt and the sitemap for search engines, OpenSearch for browsers, llms.txt for models."""

from typing import Any
from xml.sax.saxutils import quoteattr

from datasette import Response

from archive.site.atom import to_xml
from archive.site.frame import site_of


async def robots(datasette: Any, request: Any) -> Response:
    if not (datasette.plugin_config("gongbao") or {}).get("public"):
        return Response.text("User-agent: *\nDisallow: /\n")
    base = f"{request.scheme}://{request.host}"
    # tables, searches and changes are without end; every release is in the sitemap
    return Response.text(
        f"User-agent: *\nDisallow: /archive\nDisallow: /search\nDisallow: /changes\nSitemap: {base}/sitemap.xml\n"
    )


async def opensearch(datasette: Any, request: Any) -> Response:
    """Tell browsers how to search here from their address bar."""
    site = site_of(datasette, request)
    search = f"{site.whole('/search')}?q={{searchTerms}}"
    body = f"""<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{site.word("name")}</ShortName>
<Description>{site.word("subtitle")}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="16" height="16" type="image/svg+xml">{to_xml(site.whole("/assets/seal.svg"))}</Image>
<Url type="text/html" template={quoteattr(search)}/>
<Url type="application/atom+xml" template={quoteattr(search.replace("/search?", "/search.atom?"))}/>
</OpenSearchDescription>
"""
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


async def llms(datasette: Any, request: Any) -> Response:
    """Tell programs that read where to ask. datasette-llms-txt would send them to SQL and to sample rows of whole texts."""
    site = site_of(datasette, request)
    texts = "Full texts only of official sources" if site.settings.get("public") else "The texts of all sources"
    body = f"""# {site.word("name")}

> {site.word("subtitle")}

{texts}, with every version that was seen. Cite `page` or `permalink`, name `publisher`; texts belong to their publishers.
Not held does not mean never published: every answer tells what is covered. Search in Chinese; times are UTC, days those of the pages.

## Ask

- [MCP server]({site.whole("/-/mcp")}): the tools search, release, diff, quote and coverage; answers of 8,000 tokens at most
- [Search]({site.whole("/search.json")}): `q`, `source`, `region`, `from`, `to`, `at`; follow `next`
- [A quote, checked]({site.whole("/quote.json")}): `q`; verbatim, altered, removed or not held, by whom, since when
- [Changes]({site.whole("/changes.json")}): what was published, edited, moved, taken down and brought back; follow `next`
- [Coverage]({site.whole("/coverage.json")}): how many places of the country have a source here
- [Series of document numbers]({site.whole("/numbers.json")}): `issuer` (the sign, 鲁政发), `year`; held, cited alone, or neither

A release is at `/release/ID.json` or `/release/ID.txt`; `?v=N` names a version, `?at=2020-04-14` a day in Beijing.

## More

- [Rights and removals]({site.whole("/rights")})
- [Snapshots]({site.whole("/snapshots")}): the whole archive, to be downloaded
- [OAI-PMH]({site.whole("/oai", verb="Identify")}): records for harvesters
"""
    return Response(body, content_type="text/markdown; charset=utf-8")


async def sitemap(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    base = f"{request.scheme}://{request.host}"
    part = request.url_vars.get("part")
    if part is None:
        last = await site.read(lambda db: db.execute("SELECT max(id) FROM releases").fetchone()[0] or 0)
        parts = range(last // _SITEMAP + 1)
        entries = "".join(f"<sitemap><loc>{base}/sitemap-{number}.xml</loc></sitemap>" for number in parts)
        body = f"<sitemapindex {_SITEMAP_SCHEMA}>{entries}</sitemapindex>"
    else:
        first = int(part) * _SITEMAP
        sql = "SELECT id, substr(changed, 1, 10) FROM releases WHERE id >= ? AND id < ? ORDER BY id"
        rows = await site.read(lambda db: db.execute(sql, (first, first + _SITEMAP)).fetchall())
        entries = "".join(
            f"<url><loc>{base}/release/{id}</loc><lastmod>{to_xml(day)}</lastmod></url>" for id, day in rows
        )
        body = f"<urlset {_SITEMAP_SCHEMA}>{entries}</urlset>"
    return Response(f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n', content_type="application/xml; charset=utf-8")


_SITEMAP = 10_000  # releases in one part
_SITEMAP_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
