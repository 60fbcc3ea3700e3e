"""Paths and path patterns of RFC 9309: one spelling for the same octets, and matching in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Octets that mean the same escaped or not: unreserved ones, and the reserved ones that part nothing in a path.
# "/", "?", "#", "[", "]", "%" stay as written, and so do "*" and "$": "%2A" is how a rule names a star.
_SAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!&'()+,;=:@")
_SAME_IN_QUERY = _SAME | frozenset("/?")
_PLAIN = r"A-Za-z0-9\-._~!&'()+,;=:@/?"
_PLAIN_PATTERN = re.compile(rf"[{_PLAIN}*]*\$?").fullmatch
_PLAIN_URL = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#%]*)?(/(?!/)[{_PLAIN}]*)(?:#.*)?", re.DOTALL).fullmatch
_ODD = re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_PLAIN}]")  # over octets written as Latin-1
_START = re.compile(r"(?://|[A-Za-z][A-Za-z0-9+.-]*://)?[^/?;#]*")


class _Spelling(dict[str, str]):
    """The one spelling of an octet or an escape, worked out when it is first met; there are some 700."""

    def __init__(self, same: frozenset[str], star: str) -> None:
        super().__init__({"*": star})
        self._same = same

    def __missing__(self, odd: str) -> str:
        if len(odd) == 3:
            octet = chr(int(odd[1:], 16))
            found = octet if octet in self._same else odd.upper()
        else:
            found = f"%{ord(odd):02X}"
        self[odd] = found
        return found

    def of(self, text: str) -> str:
        return _ODD.sub(lambda found: self[found.group()], text)


_PATTERN = (_Spelling(_SAME, "*"), _Spelling(_SAME_IN_QUERY, "*"))
_URL = (_Spelling(_SAME, "%2A"), _Spelling(_SAME_IN_QUERY, "%2A"))
"""Before the first question mark, and after it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path pattern: what it starts with, what must follow in this order, and whether it ends the path.

    Args:
        text: The pattern in the one spelling.
        head: What the path must start with.
        parts: What must follow after it, each somewhere after the one before.
        tail: What the path must end with, where it is anchored.
        wild: Whether it has a ``*``.
        anchored: Whether it ends with ``$``.
        octets: How specific it is.
    """

    text: str
    head: str
    parts: tuple[str, ...]
    tail: str
    wild: bool
    anchored: bool
    octets: int

    def matches(self, path: str) -> bool:
        """Tell whether a path in the one spelling matches; every part is looked for once."""
        if not path.startswith(self.head):
            return False
        if not self.wild:
            return not self.anchored or len(path) == len(self.head)
        at = len(self.head)
        for part in self.parts:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return not self.anchored or (len(path) - len(self.tail) >= at and path.endswith(self.tail))

    @property
    def can_match(self) -> bool:
        """Tell whether any path can match: each begins with a slash."""
        return self.head.startswith("/") or (not self.head and self.wild)

    @property
    def everything(self) -> bool:
        """Tell whether every path matches."""
        found = self.head + "".join(self.parts) + self.tail
        # "/" needs no star to match all, unless it is anchored; after a star a slash is still the first one.
        return found in ("", "/") and self.can_match and (self.wild or not self.anchored) and not self.tail


def read_pattern(value: bytes) -> Pattern:
    """Read the value of a rule.

    >>> read_pattern(b"/a*/b$").matches("/a/x/b"), read_pattern("/ツ".encode()).octets
    (True, 10)
    """
    return compiled(pattern_text(value))


def compiled(text: str) -> Pattern:
    """Take a pattern in the one spelling apart."""
    anchored = text.endswith("$")
    head, *rest = (text[:-1] if anchored else text).split("*")
    wild = bool(rest)
    tail = rest.pop() if wild and anchored else ""
    parts = tuple(part for part in rest if part)
    return Pattern(text, head, parts, tail, wild, anchored, len(text))


def pattern_text(value: bytes) -> str:
    """Give a pattern in the one spelling: ``*`` and a last ``$`` keep their meaning, a ``$`` elsewhere is an octet."""
    text = value.decode("latin-1")
    if _PLAIN_PATTERN(text):
        return text
    last = text.endswith("$")
    return _one_spelling(text[:-1] if last else text, _PATTERN) + ("$" if last else "")


def url_path(url: str) -> str:
    """Give the path and query of an address in the one spelling, without fragment; it begins with a slash.

    >>> url_path("https://example.org/a%7Eb?q=é#top"), url_path("example.org")
    ('/a~b?q=%C3%A9', '/')
    """
    plain = _PLAIN_URL(url)
    if plain:
        return plain.group(1)
    url = url.strip()
    start = 0 if url.startswith("/") and not url.startswith("//") else _START.match(url).end()  # type: ignore[union-attr]
    path = url[start:].partition("#")[0]
    octets = path if path.isascii() else path.encode("utf-8", "surrogatepass").decode("latin-1")
    text = _one_spelling(octets, _URL)
    return text if text.startswith("/") else f"/{text}"


def _one_spelling(octets: str, spellings: tuple[_Spelling, _Spelling]) -> str:
    path, question, query = octets.partition("?")
    before, after = spellings
    return before.of(path) + question + (after.of(query) if query else "")
