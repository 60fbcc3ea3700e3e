"""Names of web hosts made comparable: one form for an address, a host name or a published domain."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_address

import idna
from publicsuffixlist import PublicSuffixList

_MAX_TEXT = 2048
_MAX_HOST = 253
_AUTHORITY = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
# "mailto:" and its like have a scheme and no host; "example.org:8080" is a host and a port.
_OTHER_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))", re.IGNORECASE)
_PORT = re.compile(r":\d{0,5}$")
# The dots that people type where their script has its own (UTS 46).
_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def _ascii(host: str) -> str | None:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def _is_name(host: str) -> bool:
    return len(host) <= _MAX_HOST and all(_LABEL.fullmatch(label) for label in host.split("."))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def host_of(text: str) -> str | None:
    """Name the host that an address, a host name or a published domain speaks of.

    Args:
        text: As somebody wrote it: with or without scheme, user, port, path or ``www.``.

    Returns:
        Lower case, in ASCII (IDNA), without ``www.``, port and final dot; ``None`` where no host is named. A word
        without a dot is a host only behind ``//``.

    >>> host_of("https://WWW.Example.org:443/robots.txt"), host_of("bücher.example"), host_of("news")
    ('example.org', 'xn--bcher-kva.example', None)
    """
    text = text.strip()
    if not text or len(text) > _MAX_TEXT:
        return None
    authority = _AUTHORITY.match(text)
    if authority is None and _OTHER_SCHEME.match(text):
        return None
    host = re.split(r"[/?#\\]", text[authority.end() if authority else 0 :], maxsplit=1)[0]
    if "@" in host:
        if authority is None:  # a mail address
            return None
        host = host.rpartition("@")[2]
    known = _ascii(_PORT.sub("", host).translate(_DOTS).removesuffix("."))
    if known is None or not _is_name(known) or (authority is None and "." not in known):
        return None
    last = known.rpartition(".")[2]
    if last.isdecimal():
        return known if _is_address(known) else None
    bare = known.removeprefix("www.")
    return bare if "." in bare else known


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable(host: str) -> str | None:
    """Name the domain somebody registered, by the Public Suffix List that is installed.

    Args:
        host: As `host_of` gives it.

    Returns:
        ``None`` for a public suffix itself, for one word and for an address made of numbers.

    >>> registrable("news.bbc.co.uk"), registrable("someone.github.io"), registrable("co.uk")
    ('bbc.co.uk', 'someone.github.io', None)
    """
    if "." not in host or _is_address(host):
        return None
    found = _suffixes().privatesuffix(host)
    return str(found) if found else None
