"""BibTeX rebuilt from fields: one entry a work, however many of the datasets it describes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from governance.exports.bundle import ExportBundle, Reference
from governance.exports.words import one_line, web_link

_VENUE_FIELD = {
    "article": "journal",
    "inproceedings": "booktitle",
    "conference": "booktitle",
    "incollection": "booktitle",
    "book": "publisher",
    "phdthesis": "school",
    "mastersthesis": "school",
    "techreport": "institution",
}
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # an escaped brace still counts when BibTeX balances braces
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: "\\" + sign for sign in "&%$#_"},
    }
)
_SMALL_WORDS = frozenset({"a", "an", "the", "on", "of", "for", "to", "in", "and", "is", "are", "do", "how", "what"})


@dataclass(slots=True)
class _Work:
    kind: str
    base: str
    fields: dict[str, str]
    datasets: list[str] = field(default_factory=list)
    arxiv: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


def bibtex_of(bundle: ExportBundle) -> bytes:
    """Write one entry a work; datasets whose paper is not known become ``@misc`` from what is known of them.

    The ids of the datasets that a work describes stand in its field ``keywords``.
    """
    works: dict[object, _Work] = {}
    references: dict[str, list[Reference]] = {}
    for one in bundle.references:
        references.setdefault(one.dataset_id, []).append(one)
    for row in bundle.frame.iter_rows(named=True):
        found: list[Reference | None] = [*references.get(row["id"], ())]
        for reference in found or [None]:
            made = _from_reference(reference) if reference else _from_facts(row)
            work = works.setdefault((made.kind, tuple(made.fields.items()), None if reference else row["id"]), made)
            work.datasets.append(row["id"])
            work.arxiv |= {row["arxiv_id"]} if row["arxiv_id"] else set()
            work.urls |= {link} if (link := web_link(row["paper_url"] if reference else row["url"])) else set()
    entries = [_entry(key, work) for key, work in _with_keys(works.values())]
    return "\n".join(entries).encode()


def escape_tex(text: str) -> str:
    r"""Escape text for LaTeX and keep BibTeX's braces balanced.

    >>> escape_tex("50% of A_B")
    '50\\% of A\\_B'
    """
    return one_line(text).translate(_ESCAPES)


def _from_reference(reference: Reference) -> _Work:
    kind = reference.entry_type.lower()
    venue_field = _VENUE_FIELD.get(kind)
    if venue_field is None or not reference.venue:
        kind, venue_field = "misc", "howpublished"
    fields = {
        "author": " and ".join(bibtex_author(name) for name in reference.authors if name.strip()),
        "title": "{" + escape_tex(reference.title) + "}",
        "year": str(reference.year) if reference.year is not None else "",
        venue_field: escape_tex(reference.venue or ""),
        "volume": escape_tex(reference.volume or ""),
        "pages": re.sub(r"(?<=\d)-(?=\d)", "--", escape_tex(reference.pages or "")),
    }
    lead = reference.authors[0] if reference.authors else ""
    surname = lead.partition(",")[0] if "," in lead else (lead.split() or [""])[-1]
    return _Work(kind, _base_key(surname, reference.year, reference.title), _filled(fields))


def _from_facts(row: Mapping[str, object]) -> _Work:
    creators = [str(name) for name in _list(row["creator"])]
    year = row["year"] if isinstance(row["year"], int) else None
    name, paper = str(row["name"]), row["paper_title"]
    fields = {
        "author": " and ".join("{" + escape_tex(creator) + "}" for creator in creators),
        "title": "{" + escape_tex(name) + "}",
        "year": str(year) if year is not None else "",
        "howpublished": "Dataset in " + escape_tex(str(row["collection"])),
        "note": f"Described in: {escape_tex(str(paper))}" if paper else "",
    }
    return _Work("misc", _base_key((creators or ["dataset"])[0], year, name), _filled(fields))


def _with_keys(works: Iterable[_Work]) -> list[tuple[str, _Work]]:
    keyed: list[tuple[str, _Work]] = []
    used: Counter[str] = Counter()
    for work in sorted(works, key=lambda work: (work.base, work.kind, list(work.fields.items()), work.datasets)):
        used[work.base] += 1
        number = used[work.base]
        keyed.append((work.base if number == 1 else f"{work.base}-{number}", work))
    return keyed


def _entry(key: str, work: _Work) -> str:
    fields = dict(work.fields)
    if len(work.arxiv) == 1:
        fields |= {"eprint": escape_tex(next(iter(work.arxiv))), "archiveprefix": "arXiv"}
    if len(work.urls) == 1:
        fields["url"] = next(iter(work.urls))
    fields["keywords"] = ", ".join(escape_tex(dataset) for dataset in work.datasets)
    return bibtex_entry(work.kind, key, fields)


def bibtex_entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    r"""Write one entry from its escaped fields; empty ones are left out, and what a key may not hold is a hyphen.

    >>> bibtex_entry("misc", "a b", {"title": "{A}", "year": ""})
    '@misc{a-b,\n  title = {{A}},\n}\n'
    """
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{re.sub(r'[^A-Za-z0-9.+-]', '-', key)},", *lines, "}", ""])


def bibtex_author(name: str, *, whole: bool = False) -> str:
    """Write a name, in braces where BibTeX must not take it apart."""
    escaped = escape_tex(name)
    whole = whole or bool(re.search(r"\band\b", name, re.IGNORECASE)) or name.count(",") > 2
    return "{" + escaped + "}" if whole else escaped


def _base_key(lead: str, year: int | None, title: str) -> str:
    words = [word for word in (_ascii(part) for part in title.split()) if word and word not in _SMALL_WORDS]
    return f"{_ascii(lead)[:30] or 'anon'}{year if year is not None else '-nd-'}{(words or ['untitled'])[0][:30]}"


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", folded)


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
