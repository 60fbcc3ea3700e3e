"""The credit and notices that a selection asks for, in plain words: as Markdown and as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from governance.catalogue.vocabulary import HOST_LABELS
from governance.exports.bundle import ExportBundle, LicenceStatement, SourceCredit
from governance.exports.tables import SEPARATOR, csv_of
from governance.exports.words import CREDITS, EDGE_WORDS, NOT_LEGAL_ADVICE, one_line, use_words, web_link
from governance.provenance.lineage import short_licence

_DOUBT = " The audit could not settle whether this is asked for; it counts as yes."
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#])")


@dataclass(frozen=True, slots=True)
class Credit:
    """What one dataset asks of those who use it.

    Args:
        id: The dataset.
        name: Its name.
        creators: Organisations that made it.
        licences: What the hosts that count under the policy state.
        link: Its page.
        own_use: What its own licences allow, in words.
        effective_use: What is left once lineage counts, in words.
        decided_by: The path and licence that decide this.
        notices: What to do, one sentence each.
    """

    id: str
    name: str
    creators: tuple[str, ...]
    licences: tuple[LicenceStatement, ...]
    link: str | None
    own_use: str
    effective_use: str
    decided_by: str
    notices: tuple[str, ...]


def credits_of(bundle: ExportBundle) -> Iterator[Credit]:
    """Give the credit of each dataset, in the selection's order."""
    for row in bundle.frame.iter_rows(named=True):
        statements = tuple(
            statement
            for statement in bundle.licences_by_dataset.get(row["id"], [])
            if statement.host in bundle.policy.hosts
        )
        creators = tuple(row["creator"] or ())
        yield Credit(
            id=row["id"],
            name=row["name"],
            creators=creators,
            licences=statements,
            link=next(filter(None, map(web_link, (row["url"], row["huggingface_url"], row["github_url"]))), None),
            own_use=use_words(row["licence_use"]),
            effective_use=use_words(row["effective_use"]),
            decided_by=_decision(bundle, row),
            notices=_notices(bundle, row, statements, creators),
        )


def attribution_markdown(bundle: ExportBundle) -> bytes:
    """Write the credit as Markdown; names from sources are escaped and only web addresses become links."""
    lines = [
        "# Attribution",
        "",
        _scope(bundle),
        "",
        NOT_LEGAL_ADVICE,
        "",
        "## Where these facts come from",
        "",
        *(f"- {credit}" for credit in CREDITS),
        *map(_source, bundle.sources),
        "",
        "## Datasets",
    ]
    for credit in credits_of(bundle):
        lines += _section(credit)
    return ("\n".join(lines) + "\n").encode()


def attribution_table(bundle: ExportBundle) -> bytes:
    """Write the credit as CSV, one row a dataset."""
    texts = ("id", "name", "link", "own_use", "effective_use", "decided_by", "notices")
    lists = ("creators", "licences", "licence_links")
    rows = [
        {
            **{name: getattr(credit, name) for name in texts},
            "creators": list(credit.creators),
            "licences": _unique(_licence_words(statement) for statement in credit.licences),
            "licence_links": _unique(link for s in credit.licences if (link := web_link(s.url))),
            "notices": " ".join(credit.notices),
        }
        for credit in credits_of(bundle)
    ]
    schema = dict.fromkeys(texts, pl.String) | dict.fromkeys(lists, pl.List(pl.String))
    order = ("id", "name", "creators", "licences", "licence_links", *texts[2:])
    return csv_of(pl.DataFrame(rows, schema=schema).select(order))


def _scope(bundle: ExportBundle) -> str:
    where = f"Catalogue {bundle.catalogue_version}, snapshot {bundle.snapshot}"
    return f"{bundle.frame.height:,} datasets. {where}, policy {_escape(bundle.policy.title)}."


def _source(source: SourceCredit) -> str:
    head = f"{source.title}, {source.version}, {source.licence or 'no licence stated'}"
    return f"- {_escape(head)}: {_escape(source.citation)}"


def _section(credit: Credit) -> Iterator[str]:
    yield from ("", f"### {_escape(credit.name)}", "", f"- Id: {_escape(credit.id)}")
    yield f"- Creators: {_escape(SEPARATOR.join(credit.creators)) or 'unknown'}"
    for statement in credit.licences:
        link = web_link(statement.url)
        yield f"- Licence: {_escape(_licence_words(statement))}" + (f", <{link}>" if link else "")
    if credit.link:
        yield f"- Link: <{credit.link}>"
    yield f"- By its own licences: {credit.own_use}"
    yield f"- Once everything it derives from counts: {credit.effective_use}. {_escape(credit.decided_by)}"
    yield "- Required:" if credit.notices else "- Required: nothing that the audit found"
    yield from (f"  - {_escape(notice)}" for notice in credit.notices)


def _notices(
    bundle: ExportBundle, row: dict[str, Any], statements: tuple[LicenceStatement, ...], creators: tuple[str, ...]
) -> tuple[str, ...]:
    found: list[str] = []
    for statement in statements:
        found += _notices_of(bundle, statement, creators)
    upstream = _unique(
        bundle.labels.get(edge.parent, edge.parent)
        for edge in bundle.parents_of.get(str(row["id"]), [])
        if edge.kind == "derived_from"
    )
    behind = f": {SEPARATOR.join(upstream)}" if upstream else ""
    if row["effective_attribution"] and not row["attribution"]:
        found.append(f"Credit also what it derives from{behind}.")
    if row["effective_share_alike"] and not row["share_alike"]:
        found.append(f"Share what you build on it under the same licence: what it derives from asks for it{behind}.")
    return tuple(_unique(found))


def _notices_of(bundle: ExportBundle, statement: LicenceStatement, creators: tuple[str, ...]) -> Iterator[str]:
    name = "its own terms" if statement.kind == "custom" else statement.name
    if statement.licence_id in bundle.policy.ignored_licences:
        yield f"{name} is stated but does not count under this policy."
        return
    if statement.kind == "none_stated":
        yield "No licence is stated: ask the creators before you use it."
        return
    link = web_link(statement.url)
    if statement.kind == "custom":
        yield f"Read the dataset's own terms{f': {link}' if link else ''}."
    elif statement.kind == "generated_terms":
        yield f"Some of it was written by a model: keep to the terms of {name} for generated text."
    elif statement.kind == "mixed":
        yield "Its parts have different licences: check the part you use."
    elif not statement.known:
        yield f"{name} is a licence the audit does not know: read it before you use the dataset."
    # For a model's terms the sentence above says all that an unsettled flag would.
    asked = (True,) if statement.kind == "generated_terms" else (True, None)
    if statement.attribution in asked:
        doubt = "" if statement.attribution else _DOUBT
        yield f"Credit {SEPARATOR.join(creators) or 'the creators'} and name the licence ({name}).{doubt}"
    if statement.share_alike in asked:
        doubt = "" if statement.share_alike else _DOUBT
        yield f"Share what you build on it under the same licence ({name}).{doubt}"
    use = bundle.policy.overrides.get(statement.licence_id, statement.use)
    if use in ("noncommercial", "academic_only"):
        yield f"Under {name}: {use_words(use)}."


def _decision(bundle: ExportBundle, row: dict[str, Any]) -> str:
    path: list[str] = row["because"] or []
    licence: str | None = row["deciding_licence"]
    kinds = {(edge.child, edge.parent): edge.kind for step in path for edge in bundle.parents_of.get(step, [])}
    words = [bundle.labels.get(step, step) for step in path[:1]]
    for child, parent in pairwise(path):
        kind = kinds.get((child, parent))
        words.append(f"{EDGE_WORDS[kind] if kind else 'through'} {bundle.labels.get(parent, parent)}")
    if len(path) <= 1 and row["effective_use"] == "unspecified":
        return "It states no licence."
    if len(path) > 1:
        silent = "terms that nobody recorded" if path[-1] in bundle.unrecorded else "no licence stated"
        return f"Decided by {short_licence(licence) if licence else silent}: {', '.join(words)}."
    return f"Decided by its own licence: {short_licence(licence)}." if licence else "Decided by its own record."


def _licence_words(statement: LicenceStatement) -> str:
    spdx = f" (SPDX {statement.spdx})" if statement.spdx and statement.spdx != statement.name else ""
    host = "" if statement.host == "audit" else f", stated on {HOST_LABELS[statement.host]}"
    return f"{statement.name}{spdx}{host}"


def _escape(text: str) -> str:
    plain = _MARKDOWN.sub(r"\\\1", one_line(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
