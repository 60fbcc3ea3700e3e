"""Which web site a text source is, where it is one."""

from __future__ import annotations

from typing import NamedTuple

from governance.catalogue.normalise.hosts import host_of
from governance.catalogue.normalise.tables import look_up

STATED = "host name stated"
_HUB = "huggingface.co"


class Site(NamedTuple):
    """A web site and how it was recognised: its host name was stated, or the words of the curated table."""

    domain: str
    basis: str


def site(source: str) -> Site | None:
    """Recognise the web site that a text source is.

    A dataset named by its page on the hub is no site: what that was taken from is told by the lineage.

    Args:
        source: As `text_source` names it.

    >>> site("wikihow.com/Main-Page"), site("reddit")
    (Site(domain='wikihow.com', basis='host name stated'), Site(domain='reddit.com', basis='name of the site'))
    >>> site("fiction books"), site("commoncrawl.org")
    (None, None)
    """
    if rows := look_up("sites", "name", source):
        return Site(rows[0]["domain"], rows[0]["basis"]) if rows[0]["domain"] else None
    host = host_of(source)
    return Site(host, STATED) if host and host != _HUB else None
