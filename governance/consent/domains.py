"""Names of web hosts made comparable; the catalogue's importers use the same two functions."""

from __future__ import annotations

from governance.catalogue.normalise.hosts import host_of, registrable

__all__ = ["host_of", "registrable"]
