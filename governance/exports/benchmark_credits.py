"""Whom to cite and to credit for benchmarks: BibTeX of what describes them, and attribution to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from governance.catalogue.normalise import arxiv_id
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.exports.bibtex import bibtex_entry, escape_tex
from governance.exports.words import NOT_LEGAL_ADVICE, one_line, web_link

_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.[^\s?#]+)", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#<>&])")


def benchmark_bibtex(result: BenchmarksResult) -> bytes:
    """Write what is known of where each benchmark is described: its page, arXiv id or DOI; no author is known."""
    return "\n".join(map(_entry, result.frame.iter_rows(named=True))).encode()


def attribution(result: BenchmarksResult, credits: tuple[str, ...]) -> bytes:
    """Write whom to credit as Markdown: the registry's facts, then each benchmark with its licence as stated."""
    lines = ["# Attribution", "", f"{result.total:,} benchmarks. Catalogue {result.catalogue}.", "", NOT_LEGAL_ADVICE]
    lines += ["", "## Where these facts come from", "", *(f"- {_escape(line)}" for line in credits)]
    lines += ["", "## Benchmarks"]
    for row in result.frame.iter_rows(named=True):
        lines += _section(row)
    return ("\n".join(lines) + "\n").encode()


def _entry(row: Mapping[str, object]) -> str:
    name, data, link = str(row["name"]), str(row["dataset"] or ""), web_link(str(row["reference"] or ""))
    paper, doi = arxiv_id(link) if link else None, _DOI.match(link or "")
    fields = {
        "title": "{" + escape_tex(name) + "}",
        "howpublished": "Benchmark task in MTEB" + (f", data {escape_tex(data)}" if data else ""),
        "year": f"20{paper[:2]}" if paper and re.match(r"\d{4}\.", paper) else "",
        "eprint": escape_tex(paper) if paper else "",
        "archiveprefix": "arXiv" if paper else "",
        "doi": escape_tex(doi[1]) if doi else "",
        "url": link or "",
        "note": f"Licence as stated: {escape_tex(str(row['licence_stated'] or 'none'))}",
    }
    return bibtex_entry("misc", name, fields)


def _section(row: Mapping[str, object]) -> Iterator[str]:
    yield from ("", f"### {_escape(str(row['name']))}", "")
    stated = row["licence_stated"]
    yield f"- Licence as stated: {_escape(str(stated)) if stated else 'none'}"
    if row["licence_gap"]:
        yield "- Required: ask those who made it before you use it; its licence is not known"
    link = web_link(str(row["reference"] or ""))
    if link:
        yield f"- Described at: <{link}>"
    if row["dataset"]:
        revision = _escape(str(row["revision"] or "not stated"))
        yield f"- Data: {_escape(str(row['dataset']))} on Hugging Face, revision {revision}"


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", one_line(text))
