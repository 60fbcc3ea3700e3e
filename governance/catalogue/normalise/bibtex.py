"""Bibliographic facts out of a BibTeX entry."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry as Parsed

from governance.catalogue.normalise.text import clean_text

# A broken entry is answered with None; the parser would also print it.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_LATEX = frozenset("\\$~")
"""Signs without which there is nothing to decode, and decoding is most of the work."""
_LONGEST = 100_000
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_PREPRINT_SERVERS = {"arxiv", "arxiv.org", "corr"}


@dataclass(frozen=True, slots=True)
class Entry:
    """The fields of one publication; text without LaTeX, ``None`` where the entry has none."""

    entry_type: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    volume: str | None
    pages: str | None


def parse_bibtex(text: str) -> Entry | None:
    r"""Read the first entry that has a title.

    Args:
        text: BibTeX, at most 100,000 characters.

    Returns:
        Its fields, or ``None`` where nothing can be read. The venue is the journal or, for a preprint or without one,
        the proceedings.

    >>> parse_bibtex("@article{x, title={On {A}rrows}, author={Ng, Ann and B\\'ela Kun}, year=2021}").authors
    ('Ng, Ann', 'Béla Kun')
    """
    if not text or len(text) > _LONGEST:
        return None
    source = text.replace("\x00", "")
    decoded = [LatexDecodingMiddleware()] if _LATEX.intersection(source.partition(",")[2]) else []
    library = parse_string(source, append_middleware=decoded)
    found = (_entry(parsed) for parsed in library.entries)
    return next((entry for entry in found if entry), None)


def _field(parsed: Parsed, name: str) -> str:
    fields = {field.key.lower(): field.value for field in parsed.fields}
    return clean_text(str(fields.get(name) or "").replace("{", "").replace("}", ""))


def _entry(parsed: Parsed) -> Entry | None:
    title = _field(parsed, "title")
    if not title:
        return None
    year = _YEAR.search(_field(parsed, "year") or _field(parsed, "date"))
    authors = [name.strip() for name in _AND.split(_field(parsed, "author"))]
    return Entry(
        entry_type=parsed.entry_type.lower(),
        title=title,
        authors=tuple(name for name in authors if name and name.lower() != "others"),
        year=int(year[0]) if year else None,
        venue=_venue(_field(parsed, "journal"), _field(parsed, "booktitle")),
        volume=_field(parsed, "volume") or None,
        pages=_field(parsed, "pages").replace("--", "-").replace("\u2013", "-") or None,
    )


def _venue(journal: str, proceedings: str) -> str | None:
    named = [name for name in (journal, proceedings) if name and name.lower() not in _PREPRINT_SERVERS]
    if named:
        return named[0]
    return "arXiv" if journal or proceedings else None
