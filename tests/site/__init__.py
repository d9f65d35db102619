"""Replica sites of an invented province, for tests and the demo: `with ReplicaSite() as replica: …`."""

from tests.site.server import ReplicaSite, Request

__all__ = ["ReplicaSite", "Request"]
