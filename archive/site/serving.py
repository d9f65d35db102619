"""A Datasette on one snapshot, with our plugin, pages and settings."""

import json
import logging
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from archive.site import plugin, shield
from archive.site.frame import DATABASE
from archive.site.searching import Searchers
from archive.snapshots.describe import INDEX
from archive.snapshots.readers import LARGE
from archive.snapshots.shelf import SUMS

HERE = Path(__file__).parent
SETTINGS: dict[str, Any] = {
    "suggest_facets": False,
    "default_page_size": 20,
    "default_facet_size": 20,
    "max_returned_rows": 1000,
    "truncate_cells_html": 120,
    "sql_time_limit_ms": 900,
    "facet_time_limit_ms": 500,
    "allow_download": True,
    "default_cache_ttl": 60,
}
# a public site is open to anyone, so no request may cost without bound
PUBLIC_SETTINGS: dict[str, Any] = {
    "default_allow_sql": False,
    "allow_facet": False,
    "allow_csv_stream": False,
    "max_returned_rows": 200,
    "sql_time_limit_ms": 500,  # a page of a table asks two queries, rows and count
    "facet_time_limit_ms": 200,
}


def application(snapshot: Path, *, public: bool, contact: str = "") -> shield.App:
    """The ASGI application that serves a snapshot.

    A public one answers 304 where it can, compresses, and limits each client; `plugin.asgi_wrapper` adds the other layers.
    It, and one with a large archive, searches in processes of its own.
    """
    datasette, database = site(snapshot, public=public, contact=contact), snapshot / f"{DATABASE}.db"
    app: shield.App = datasette.app()
    if public or database.stat().st_size >= LARGE:
        datasette.gongbao_searchers = Searchers(database)
    if not public:
        return app
    # not the snapshot's name: a removal takes a release out of a snapshot that keeps its name
    tag = shield.fingerprint(HERE, (snapshot / SUMS).read_text("utf-8") + contact)
    # the limit stands outermost: a refused request costs no page and no compression
    return shield.limited(shield.compressed(shield.tagged(app, tag)))


def site(snapshot: Path, *, public: bool, contact: str = "") -> Datasette:
    """Datasette on the snapshot in the folder `snapshot`, which must not change while it is served."""
    logging.basicConfig()  # before datasette-mcp, whose server would show whatever any library notes
    # our plugin handles exceptions: Datasette's handler logs a reader's mistake as a fault, with all its variables
    if pm.has_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")
    if not pm.is_registered(plugin):
        pm.register(plugin, name="gongbao")
    metadata = json.loads((snapshot / "metadata.json").read_text("utf-8"))
    metadata["plugins"] = {"gongbao": {"public": public, "snapshot": str(snapshot), "contact": contact}}
    metadata["extra_css_urls"] = ["/assets/tables.css"]
    if public:
        for name in INDEX:
            metadata["databases"][DATABASE]["tables"].setdefault(name, {})["allow"] = False
    datasette = Datasette(
        immutables=[str(snapshot / f"{DATABASE}.db")],
        metadata=metadata,
        template_dir=str(HERE / "templates"),
        static_mounts=[("assets", str(HERE / "static"))],
        settings=SETTINGS | (PUBLIC_SETTINGS if public else {}),
    )
    _hush(datasette.get_database(DATABASE))
    return datasette


def _hush(database: Any) -> None:
    """Keep readers' SQL errors out of the log: the reader sees them on a page, and the log shows our own faults."""
    execute = database.execute

    async def quietly(*args: Any, **options: Any) -> Any:
        return await execute(*args, **{**options, "log_sql_errors": False})

    database.execute = quietly
