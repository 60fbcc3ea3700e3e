"""Papers as files: the formats as data, BibTeX rebuilt from fields, and the manifest that repeats an export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import polars as pl

from governance.exports.bibtex import bibtex_author, bibtex_entry, escape_tex
from governance.exports.table_files import TableExport, TableFiles, TableManifest, table_exports
from governance.exports.words import web_link
from governance.research.paper_selection import PaperSelection
from governance.research.papers import PapersResult, load_papers, select_papers

PaperFormat = Literal["csv", "jsonl", "bibtex", "parquet", "xlsx"]
PAPER_FORMATS: tuple[PaperFormat, ...] = get_args(PaperFormat)
ALONE = "Team "
"""Begins a name that BibTeX must not take apart."""
NOTES = (("Words", "Summaries and claims are worded by Touchstone; an arXiv id is given only where it was checked"),)


class PaperManifest(TableManifest[PaperSelection, PaperFormat]):
    """What an export of papers holds and how to make it again.

    Args:
        papers: How many they are.
    """

    kind: Literal["touchstone-papers"] = "touchstone-papers"
    papers: int


def paper_bibtex(papers: pl.DataFrame) -> bytes:
    """Write one entry a paper from its fields; a key is the paper's id, so that it never changes.

    ``others`` stands for authors that are not listed. An arXiv id is given only where it was checked.
    """
    return "\n".join(map(_entry, papers.iter_rows(named=True))).encode()


_ALL: dict[str, TableExport[PapersResult]] = {
    **table_exports("papers", NOTES),
    "bibtex": TableExport(
        "BibTeX", "papers.bib", "application/x-bibtex; charset=utf-8", lambda one, _: paper_bibtex(one.frame)
    ),
}
PAPER_FILES: TableFiles[PapersResult, PaperManifest] = TableFiles(
    plural="papers",
    exports={name: _ALL[name] for name in PAPER_FORMATS},
    manifest=PaperManifest,
    select=lambda connection, asked: select_papers(load_papers(connection), asked),
)
render_papers = PAPER_FILES.render
export_papers = PAPER_FILES.export
export_papers_again = PAPER_FILES.export_again


def _entry(row: Mapping[str, object]) -> str:
    names = [str(name) for name in row["authors"]] if isinstance(row["authors"], list) else []
    authors = [bibtex_author(name, whole=name.startswith(ALONE)) for name in names if name.strip()]
    links = row["links"] if isinstance(row["links"], list) else []
    arxiv = str(row["arxiv_id"] or "")
    link = f"https://arxiv.org/abs/{arxiv}" if arxiv else next(filter(None, map(paper_link, links)), "")
    fields = {
        "author": " and ".join([*authors, *(["others"] if row["et_al"] and authors else [])]),
        "title": "{" + escape_tex(str(row["title"])) + "}",
        "year": str(row["year"] or ""),
        "date": str(row["day"] or ""),
        "eprint": escape_tex(arxiv),
        "archiveprefix": "arXiv" if arxiv else "",
        "primaryclass": escape_tex(str(row["category"])) if arxiv and row["category"] else "",
        "url": link,
        "keywords": ", ".join(escape_tex(str(one)) for one in row["theme"]) if isinstance(row["theme"], list) else "",
    }
    return bibtex_entry("misc", str(row["id"]), fields)


def paper_link(link: object) -> str:
    """Give a link of a paper as an address; where it names no protocol, https is taken; empty for none.

    >>> paper_link("www.dataprovenance.org"), paper_link("javascript:alert(1)")
    ('https://www.dataprovenance.org', '')
    """
    text = str(link or "")
    return web_link(text) or (web_link(f"https://{text}") if text.startswith("www.") else "") or ""
