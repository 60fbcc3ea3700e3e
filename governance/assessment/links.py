"""Addresses that evidence may point to: only those of the web, and nothing here ever fetches them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from governance.errors import BadInput

LONGEST = 2_000
_NOT_IN_ADDRESS = re.compile(r'[\s\\<>"{}|^`\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_PAGE = re.compile(r"/[a-z0-9_-]*(\?[^#\s]*)?")


def check_link(address: str) -> str:
    """Give an address that a reader may be sent to.

    Args:
        address: As typed.

    Raises:
        BadInput: It is not http or https, has no host, carries a password, or holds what no address holds.

    >>> check_link(" https://example.org/report?id=3#results ")
    'https://example.org/report?id=3#results'
    """
    text, where = address.strip(), "link"
    fix = "give a web address, such as https://example.org/report"
    if not text or len(text) > LONGEST:
        raise BadInput(f"the link is empty or longer than {LONGEST:,}", where, fix)
    odd = _NOT_IN_ADDRESS.search(text)
    if odd:
        raise BadInput(f"the link holds {odd[0]!a}", where, "copy it from the address bar of a browser")
    try:
        parts = urlsplit(text)
        port_known = parts.port is None or parts.port > 0
    except ValueError as error:
        raise BadInput(f"the link cannot be read: {error}", where, fix) from error
    if parts.scheme not in ("http", "https"):
        raise BadInput(f"the link is not http or https: '{text:.60}'", where, fix)
    if not parts.hostname or not port_known or not text.lower().startswith(f"{parts.scheme}://"):
        raise BadInput(f"the link has no host: '{text:.60}'", where, fix)
    if "@" in parts.netloc:
        raise BadInput("the link carries a user or password", where, "leave out what stands before the @")
    return text


def check_page(address: str) -> str:
    """Give the address of a page of this app: a path and a query, without host.

    Raises:
        BadInput: It is another address.

    >>> check_page("/hosts?site=github")
    '/hosts?site=github'
    """
    if address and (len(address) > 20_000 or not _PAGE.fullmatch(address)):
        raise BadInput(
            f"'{address:.60}' is no page of this app", "address of the figure", "give e.g. /hosts?site=github"
        )
    return address
