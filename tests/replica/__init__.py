"""Replica sites of an invented province, for tests and the demo: `with ReplicaSite() as replica: …`."""

from tests.replica.server import ReplicaSite, Request

__all__ = ["ReplicaSite", "Request"]
