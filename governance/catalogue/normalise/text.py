"""Text, dates and addresses of published records, made comparable; bad input gives ``None``, never an error."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, urlsplit

Metric = Literal["downloads", "likes", "citations", "stars"]

_MAX_URL = 2048
_MAX_SLUG = 80
# Left-to-right and right-to-left marks, embeddings, overrides and isolates can make text read as something it is
# not. The joiners U+200C and U+200D stay: Persian and the Indic scripts need them.
_INVISIBLE = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF}
_DROPPED_CATEGORIES = {"Cc", "Cs"}
_METRIC = re.compile(
    r"^(?:hf|hugging ?face|github|s2|semantic scholar)?\s*(downloads|likes|citations?|stars)(?:\s+counts?)?"
    r"\s*(?:\((.{1,40})\))?$",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"([a-z]{3})[a-z]*\.?,?\s+(\d{4})", re.IGNORECASE)
_YEARS = range(1950, 2101)
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-\d{1,2})?")
_HUB_PAGES = {"tree", "blob", "resolve", "raw", "viewer", "discussions", "settings", "commit", "commits", "edit"}
_HUB_SEGMENT = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_ARXIV = re.compile(
    r"/(?:abs|pdf|html|format)/+((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7})|(?:\d{4}\.\d{4,5}))(?:v\d+)?(?:\.pdf)?[./]*"
)
_NOT_OWNERS = {"orgs", "topics", "features", "collections", "search", "about", "login", "marketplace", "sponsors"}
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
_REPOSITORY = re.compile(r"[\w.-]{1,100}", re.ASCII)


def _kept(character: str) -> str:
    if ord(character) in _INVISIBLE:
        return ""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _DROPPED_CATEGORIES else character


def clean_text(value: object) -> str:
    r"""Compose, drop what cannot be seen or stored, and collapse white space.

    Args:
        value: Anything a record may hold; ``None`` counts as empty.

    Returns:
        NFC text without control, surrogate and direction-changing characters.

    >>> clean_text("  Wiki\u202epedia\x00 \n dump ")
    'Wikipedia dump'
    """
    if value is None:
        return ""
    text = str(value)
    if not text.isascii() or not text.isprintable():
        text = "".join(map(_kept, unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def read_month(name: str) -> tuple[Metric, str | None] | None:
    """Split a metric's column name into the metric and the month it was taken.

    Args:
        name: As the source writes it, e.g. ``"HF Downloads (September 2023)"``.

    Returns:
        Metric and month as ``YYYY-MM`` (``None``: not stated), or ``None`` for a column that is no metric.

    >>> read_month("S2 Citation Count (Sep 2024)")
    ('citations', '2024-09')
    """
    match = _METRIC.fullmatch(clean_text(name))
    if match is None:
        return None
    words: dict[str, Metric] = {"d": "downloads", "l": "likes", "c": "citations", "s": "stars"}
    return words[match[1][0].lower()], _month(match[2] or "")


def _month(text: str) -> str | None:
    match = _MONTH.fullmatch(text.strip())
    if match is None or match[1].lower() not in _MONTHS:
        return None
    return f"{match[2]}-{_MONTHS.index(match[1].lower()) + 1:02d}"


def _day(text: str) -> tuple[int, date | None] | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        partial = _PARTIAL_DATE.fullmatch(text)
        if partial is None:
            return None
        year, found = int(partial[1]), None
    else:
        year, found = day.year, day
    return (year, found) if year in _YEARS else None


def earliest_date(dates: Mapping[str, object]) -> tuple[date | None, str | None, int | None]:
    """Pick the earliest of several dates of one thing.

    Args:
        dates: What the date is of (e.g. ``"paper"``) to its text: ISO 8601, or only a year or month.

    Returns:
        The day, its basis and its year. The day is ``None`` where an earlier year is known than any full date's.

    >>> earliest_date({"hub": "2023-06-27", "paper": "2022", "code": ""})
    (None, 'paper', 2022)
    """
    known = [(basis, _day(clean_text(text))) for basis, text in dates.items()]
    ordered = [(found[0], found[1] is None, found[1] or date.min, basis) for basis, found in known if found is not None]
    if not ordered:
        return None, None, None
    year, only_year, day, basis = min(ordered, key=lambda item: item[:3])
    return (None if only_year else day), basis, year


def _split(url: object) -> SplitResult | None:
    text = clean_text(url)
    if not text or len(text) > _MAX_URL or " " in text:
        return None
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    plain = parts.scheme in {"http", "https"} and host and "." in host and parts.username is None
    return parts if plain else None


def url_of(text: object) -> str | None:
    """Keep an address only if it can safely become a link.

    Args:
        text: A record's address field.

    Returns:
        The ``http`` or ``https`` address, or ``None`` (empty, ``"None"``, another scheme, a sentence, too long).

    >>> url_of(" https://github.com/allenai/cord19 "), url_of("javascript:alert(1)"), url_of("None")
    ('https://github.com/allenai/cord19', None, None)
    """
    parts = _split(text)
    return parts.geturl() if parts else None


def _segments(url: object, hosts: set[str]) -> list[str]:
    parts = _split(url)
    if parts is None or (parts.hostname or "").removeprefix("www.") not in hosts:
        return []
    return [segment for segment in parts.path.split("/") if segment]


def huggingface_id(url: object) -> str | None:
    """Find the dataset's id in an address of the model hub.

    >>> huggingface_id("https://huggingface.co/datasets/allenai/c4/tree/main"), huggingface_id("https://hf.co/gpt2")
    ('allenai/c4', None)
    """
    match _segments(url, {"huggingface.co", "hf.co"}):
        case ["datasets", owner, name, *_] if name not in _HUB_PAGES:
            found = [owner, name]
        case ["datasets", name, *_]:
            found = [name]
        case _:
            return None
    return "/".join(found) if all(map(_HUB_SEGMENT.fullmatch, found)) else None


def arxiv_id(url: object) -> str | None:
    """Find the paper's arXiv identifier, without its version.

    >>> arxiv_id("https://arxiv.org/pdf/2310.16787v3.pdf")
    '2310.16787'
    """
    parts = _split(url)
    if parts is None or (parts.hostname or "") not in {"arxiv.org", "www.arxiv.org", "export.arxiv.org"}:
        return None
    match = _ARXIV.fullmatch(parts.path)
    return match[1] if match else None


def github_repo(url: object) -> str | None:
    """Find ``owner/name`` in an address of the code host.

    >>> github_repo("https://github.com/google-research/FLAN/tree/main/flan/v2")
    'google-research/FLAN'
    """
    match _segments(url, {"github.com", "raw.githubusercontent.com"}):
        case [owner, name, *_] if owner.lower() not in _NOT_OWNERS:
            name = name.removesuffix(".git")
            return f"{owner}/{name}" if _OWNER.fullmatch(owner) and _REPOSITORY.fullmatch(name) else None
        case _:
            return None


def slug(text: object) -> str:
    """Make a short, stable name for ids and file names.

    Args:
        text: Any text; letters of other scripts are not transliterated.

    Returns:
        ``a-z``, ``0-9`` and single hyphens, 1 to 80 characters. Text that loses letters of other scripts, or is cut,
        ends in 8 hex digits of its SHA-256, so that two such texts stay apart.

    >>> slug("Flan Collection (P3)"), slug("S\u00e9noufo")
    ('flan-collection-p3', 'senoufo')
    """
    clean = clean_text(text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", clean.casefold()) if not unicodedata.combining(c))
    name = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    lost = any(c.isalnum() and not c.isascii() for c in bare)
    if name and not lost and len(name) <= _MAX_SLUG:
        return name
    digest = hashlib.sha256(clean.encode()).hexdigest()[:8]
    return f"{name[: _MAX_SLUG - 9].rstrip('-')}-{digest}".lstrip("-")
