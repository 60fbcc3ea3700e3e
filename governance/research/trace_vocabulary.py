"""Closed words of the trace: kinds of records, how one rests on another, and where each kind has its page."""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import urlencode

TraceKind = Literal[
    "paper",
    "claim",
    "release",
    "replication",
    "source",
    "dataset",
    "collection",
    "work",
    "text_source",
    "generating_model",
    "application",
    "corpus",
    "domain",
    "consent",
    "licence",
    "benchmark",
    "evaluation_set",
    "result",
    "evaluated_model",
    "model",
    "compute_record",
    "threshold",
    "list",
    "system",
    "assessment",
    "answer",
    "evidence",
    "decision",
]
TRACE_KINDS: tuple[TraceKind, ...] = get_args(TraceKind)

Predicate = Literal[
    "wasDerivedFrom",
    "hadPrimarySource",
    "wasQuotedFrom",
    "wasAttributedTo",
    "alternateOf",
    "hadMember",
    "used",
    "governedBy",
    "reportsOn",
    "assessedBy",
]
"""What a record says of the one it rests on: W3C PROV's words but for the last three, which are ours."""
PREDICATES: tuple[Predicate, ...] = get_args(Predicate)

PREDICATE_WORDS: dict[Predicate, str] = {
    "wasDerivedFrom": "rests on",
    "hadPrimarySource": "has texts from",
    "wasQuotedFrom": "is stated in",
    "wasAttributedTo": "was written by",
    "alternateOf": "is another record of",
    "hadMember": "includes",
    "used": "computes with",
    "governedBy": "is governed by",
    "reportsOn": "reports on",
    "assessedBy": "is judged by",
}

KIND_WORDS: dict[TraceKind, tuple[str, str]] = {
    "paper": ("paper", "papers"),
    "claim": ("claim", "claims"),
    "release": ("release", "releases"),
    "replication": ("replication", "replications"),
    "source": ("source of facts", "sources of facts"),
    "dataset": ("dataset", "datasets"),
    "collection": ("collection", "collections"),
    "work": ("named parent", "named parents"),
    "text_source": ("text source", "text sources"),
    "generating_model": ("model in lineage", "models in lineage"),
    "application": ("application", "applications"),
    "corpus": ("web corpus", "web corpora"),
    "domain": ("web domain", "web domains"),
    "consent": ("consent statement", "consent statements"),
    "licence": ("licence", "licences"),
    "benchmark": ("benchmark", "benchmarks"),
    "evaluation_set": ("evaluation set", "evaluation sets"),
    "result": ("result", "results"),
    "evaluated_model": ("evaluated model", "evaluated models"),
    "model": ("model", "models"),
    "compute_record": ("compute record", "compute records"),
    "threshold": ("threshold", "thresholds"),
    "list": ("saved list", "saved lists"),
    "system": ("system", "systems"),
    "assessment": ("assessment", "assessments"),
    "answer": ("answer", "answers"),
    "evidence": ("piece of evidence", "pieces of evidence"),
    "decision": ("decision", "decisions"),
}

TOUCHED: tuple[TraceKind, ...] = ("claim", "model", "generating_model", "system", "decision")
"""What a reader asks of first when a licence or consent changes."""

NODE_PREFIXES: dict[TraceKind, str] = {
    "collection": "collection:",
    "work": "work:",
    "text_source": "source:",
    "generating_model": "model:",
    "application": "application:",
}
"""How the lineage writes the ids of these kinds; a dataset's has none."""

PAGES: dict[TraceKind, tuple[str, str]] = {
    "paper": ("paper", "id"),
    "claim": ("claims", "id"),
    "release": ("paper", "id"),
    "replication": ("claims", "id"),
    "dataset": ("dataset", "id"),
    **dict.fromkeys(NODE_PREFIXES, ("lineage", "id")),
    "domain": ("domain", "name"),
    "benchmark": ("benchmark", "id"),
    "evaluation_set": ("evaluation-data", "id"),
    "model": ("model", "id"),
    "compute_record": ("model", "id"),
    "list": ("lists", "list"),
    "system": ("systems", "system"),
    "assessment": ("social-impact", "assessment"),
    "decision": ("risk", "assessment"),
}
"""Kind to the page that shows such a record, and the parameter that names it."""


def kind_count(count: int, kind: TraceKind) -> str:
    """Say how many of a kind.

    >>> kind_count(2, "evidence")
    '2 pieces of evidence'
    """
    return f"{count:,} {KIND_WORDS[kind][count != 1]}".replace(",", "\u202f")


def page_query(kind: TraceKind, record_id: str) -> tuple[str, dict[str, str]] | None:
    """Give the page that shows a record, and its query; ``None`` where its kind has none.

    >>> page_query("collection", "Flan"), page_query("consent", "x")
    (('lineage', {'id': 'collection:Flan'}), None)
    """
    if kind not in PAGES:
        return None
    page, name = PAGES["decision" if kind == "assessment" and "-risk-" in record_id else kind]
    shown = record_id.partition("/")[0] if kind == "release" else record_id
    return page, {name: NODE_PREFIXES.get(kind, "") + shown}


def page_of(kind: TraceKind, record_id: str) -> str | None:
    """Give the address of a record's page, without the host; ``None`` where its kind has none.

    >>> page_of("text_source", "wikipedia.org")
    '/lineage?id=source%3Awikipedia.org'
    """
    found = page_query(kind, record_id)
    return f"/{found[0]}?{urlencode(found[1])}" if found else None
