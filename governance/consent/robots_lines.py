"""The lines of a robots.txt: which key, which value, to whom; nothing is lost to how people write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

LIMIT = 500 * 1024  # octets, RFC 9309 section 2.5: at least so many must be read
LONG = 100  # octets; a longer name is not remembered
BOM = b"\xef\xbb\xbf"

Key = Literal["user-agent", "allow", "disallow", "sitemap", "license", "content-usage", "content-signal", "crawl-delay"]

RULES = ("allow", "disallow")

# Words that stand for a key: as the standard has them, and as people misspell them often enough that
# the largest crawler reads them too.
KEYS: dict[bytes, Key] = {
    b"user-agent": "user-agent",
    b"useragent": "user-agent",
    b"user agent": "user-agent",
    b"allow": "allow",
    b"disallow": "disallow",
    b"dissallow": "disallow",
    b"dissalow": "disallow",
    b"disalow": "disallow",
    b"diasllow": "disallow",
    b"disallaw": "disallow",
    b"sitemap": "sitemap",
    b"sitemaps": "sitemap",
    b"site-map": "sitemap",
    b"license": "license",
    b"content-usage": "content-usage",
    b"content-signal": "content-signal",
    b"crawl-delay": "crawl-delay",
    b"crawl delay": "crawl-delay",
}
# The spellings nearly every line has, found without touching the line a second time.
USUAL: dict[bytes, Key] = {
    spelling: key
    for word, key in KEYS.items()
    for spelling in (word, word.capitalize(), word.upper(), word.replace(b"-", b" ").title().replace(b" ", b"-"))
    if b" " not in spelling
}
_HEADER = re.compile(r"compatible;\s*([a-z0-9_.-]+)")
_PRODUCT = re.compile(r"[a-z0-9_.-]*[a-z0-9_-]")


def octets(content: bytes | str) -> bytes:
    r"""Give the octets that are read: without a byte order mark, at most 500 KiB, no line cut in two.

    >>> octets("\ufeffUser-agent: *")
    b'User-agent: *'
    """
    if isinstance(content, str):
        content = content[: LIMIT + 1].encode("utf-8", "surrogatepass")
    if len(content) > LIMIT:
        end = LIMIT
        if content[LIMIT] not in b"\r\n":
            end = max(content.rfind(b"\n", 0, LIMIT), content.rfind(b"\r", 0, LIMIT), 0)
        content = content[:end]
    while content.startswith(BOM):
        content = content[len(BOM) :]
    return content


def read_line(line: bytes) -> tuple[Key, bytes] | None:
    """Read one line into its key and value; ``None`` where it is neither.

    >>> read_line(b"  DISALLOW /private  # keep out")
    ('disallow', b'/private')
    """
    line = line.partition(b"#")[0]
    word, colon, value = line.partition(b":")
    if colon:
        key = KEYS.get(b" ".join(word.lower().split()))
        if key is not None:
            return key, value.strip()
    return _without_colon(line)


def _without_colon(line: bytes) -> tuple[Key, bytes] | None:
    # One word after the key, as the largest crawler has it: "Disallow all of it" is prose.
    words = line.split(maxsplit=3)
    if len(words) not in (2, 3):
        return None
    key = KEYS.get(b" ".join(words[:-1]).lower())
    return None if key is None else (key, words[-1])


def line_names(value: bytes) -> tuple[str, ...]:
    """Give the names a user-agent line answers to, in lower case: all of it, and its leading product token.

    A version or other words after the token do not hide it. Digits and dots count as part of a token,
    because real crawlers have them (AI2Bot, panscient.com), although RFC 9309 allows letters, ``_`` and ``-``.

    >>> line_names(b"GPTBot/1.2"), line_names(b"* # all")
    (('gptbot/1.2', 'gptbot'), ('*',))
    """
    return _line_names(value) if len(value) > LONG else _known_line_names(value)


def _line_names(value: bytes) -> tuple[str, ...]:
    if value[:1] == b"*" and value[1:2] in (b"", b" ", b"\t"):
        return ("*",)
    name = " ".join(value.decode("utf-8", "replace").lower().split())
    product = _PRODUCT.match(name)
    return tuple(dict.fromkeys(text for text in (name, product.group() if product else "") if text))


_known_line_names = lru_cache(maxsize=4096)(_line_names)


@lru_cache(maxsize=4096)
def agent_names(agent: str) -> tuple[str, ...]:
    """Give the names an agent looks for, the most exact first.

    >>> agent_names("GPTBot"), agent_names("Mozilla/5.0 (compatible; GPTBot/1.2)")[-1]
    (('gptbot',), 'gptbot')
    """
    name = " ".join(agent.lower().split())
    header = _HEADER.search(name)
    if header:
        return (name, header.group(1))
    product, slash, _ = name.partition("/")
    return (name, product) if slash and product and " " not in product else (name,)
