"""A snapshot as a dataset that one cites, and that catalogues and search engines find: references, schema.org, DCAT."""

from collections.abc import Iterable, Mapping
from typing import Any

from archive.site.frame import Site
from archive.snapshots.package import TITLE

_OPERATORS = "The operators of this gongbao archive"
_DESCRIPTION = (
    "Press releases of Chinese governments at all levels, from the list pages of their sites: texts, versions, copies,"
    " citations and files, each with its publisher and the address of the original."
)
_ZH = "公报：政府新闻发布档案"

Described = Mapping[str, Any]  # a snapshot, as `downloads` describes it


def gbt7714(site: Site, one: Described) -> str:
    """A reference in the form of GB/T 7714."""
    day = one["made"][:10]
    return f"公报运行者. {_ZH}：{one['version']}[DS/OL]. ({day})[{day}]. {address(site, one)}."


def bibtex(site: Site, one: Described) -> str:
    """A reference as a BibTeX (biblatex) entry."""
    values = {
        "author": f"{{{_OPERATORS}}}",
        "title": TITLE,
        "version": one["version"],
        "date": one["made"][:10],
        "url": address(site, one),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in values.items()]
    return "\n".join([f"@dataset{{gongbao-{one['name']},", *lines, "}"])


def address(site: Site, one: Described) -> str:
    """Where this site shows a snapshot."""
    return f"{site.whole('/snapshots')}#{one['name']}"


def _file(site: Site, one: Described, name: str) -> str:
    return site.whole(f"/snapshots/{one['name']}/{name}")


def linked(site: Site, one: Described) -> dict[str, Any]:
    """A snapshot as schema.org has it (JSON-LD)."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": TITLE,
        "alternateName": _ZH,
        "description": _DESCRIPTION,
        "identifier": f"gongbao-{one['name']}",
        "version": one["version"],
        "url": address(site, one),
        "datePublished": one["made"],
        "inLanguage": "zh",
        "isAccessibleForFree": True,
        "license": site.whole("/rights"),
        "creator": {"@type": "Organization", "name": _OPERATORS},
        "spatialCoverage": {"@type": "Place", "name": "China"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file["name"],
                "contentUrl": _file(site, one, file["name"]),
                "encodingFormat": file["kind"],
                "contentSize": str(file["size"]),
                **({"sha256": file["sha256"]} if file["sha256"] else {}),
            }
            for file in one["files"]
        ],
    }


def catalogue(site: Site, snapshots: Iterable[Described]) -> dict[str, Any]:
    """All snapshots that this site offers, as DCAT has them (JSON-LD)."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": site.whole("/snapshots"),
        "@type": "dcat:Catalog",
        "dct:title": TITLE,
        "dct:description": _DESCRIPTION,
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _OPERATORS},
        "dcat:dataset": [_dataset(site, one) for one in snapshots],
    }


def _dataset(site: Site, one: Described) -> dict[str, Any]:
    return {
        "@id": address(site, one),
        "@type": "dcat:Dataset",
        "dct:title": f"{TITLE}, edition {one['version']}",
        "dct:description": _DESCRIPTION,
        "dct:identifier": f"gongbao-{one['name']}",
        "dcat:version": one["version"],
        "dct:issued": {"@type": "xsd:dateTime", "@value": one["made"]},
        "dct:language": "zh",
        "dct:accessRights": "public" if one["public"] else "private",
        "dct:license": {"@id": site.whole("/rights")},
        "dcat:distribution": [_distribution(site, one, file) for file in one["files"]],
    }


def _distribution(site: Site, one: Described, file: Mapping[str, Any]) -> dict[str, Any]:
    where = _file(site, one, file["name"])
    checked = {"@type": "spdx:Checksum", "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"}}
    return {
        "@id": where,
        "@type": "dcat:Distribution",
        "dct:title": file["name"],
        "dcat:downloadURL": {"@id": where},
        "dcat:mediaType": file["kind"],
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file["size"])},
        **({"spdx:checksum": checked | {"spdx:checksumValue": file["sha256"]}} if file["sha256"] else {}),
    }
