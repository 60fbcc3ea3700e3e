"""What users keep, as edges: systems with their parts, assessments, evidence, decisions, own models, sets and lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from governance.assessment.records import ANSWER, ASSESSMENT, EVIDENCE, SYSTEM
from governance.compute.own_models import KIND as MODEL
from governance.compute.own_models import PREFIX
from governance.consent.terms_records import KIND as TERMS
from governance.evaluation.formats.own_sets import KIND as SET
from governance.records.documents import Document, documents
from governance.records.store import Workbench
from governance.research.trace_vocabulary import NODE_PREFIXES, PAGES, TraceKind

OWN = "workbench"
"""Source of every edge from here."""
RECORDS: dict[str, TraceKind] = {
    "dataset": "dataset",
    "collection": "collection",
    "model": "model",
    "licence": "licence",
    "threshold": "threshold",
}
"""Kinds of record that evidence may cite and a trace knows."""
Edge = tuple[str, str, str, str, str, str, str]
Record = tuple[str, str, str]
_SCORES = """
SELECT set_id, model, task, count(*) FROM own_score GROUP BY set_id, model, task ORDER BY set_id, model, task
"""
_BATTLES = """
SELECT set_id, model, count(*) FROM (SELECT set_id, unnest([model_a, model_b]) AS model FROM own_battle)
GROUP BY set_id, model ORDER BY set_id, model
"""


_LISTS = """
SELECT l.id, l.name, l.snapshot, m.dataset_id FROM saved_list AS l JOIN saved_list_member AS m ON m.list_id = l.id
ORDER BY l.id, m.position
"""


class Limit(NamedTuple):
    """From where on a threshold counts a model's training compute, in FLOP."""

    threshold: str
    op: str
    flop: float


def own_rows(workbench: Workbench, limits: Sequence[Limit] = ()) -> tuple[list[Edge], list[Record]]:
    """Read the edges and records of a workbench.

    Args:
        workbench: What users keep.
        limits: Of the thresholds that are about models; an own model's compute is set against them.

    Raises:
        NotAllowed: Whoever looks may not read it.
    """
    edges: list[Edge] = []
    records: list[Record] = []
    for kind, read in (
        (SYSTEM, _system), (ASSESSMENT, _assessment), (ANSWER, _answer), (EVIDENCE, _evidence), (MODEL, _model),
        (TERMS, _terms),
    ):  # fmt: skip
        for one in documents(workbench, kind):
            for row in read(one):
                (edges if len(row) == 7 else records).append(row)  # type: ignore[arg-type]
            if kind == MODEL and one.body.get("training_flop"):
                edges += _over(PREFIX + one.id, float(one.body["training_flop"]), limits)
    for one in documents(workbench, SET):
        records.append(("evaluation_set", one.id, one.body["title"]))
    for set_id, model, task, count in workbench.read(_SCORES):
        result = f"{set_id}/{model}/{task}"
        records.append(("result", result, f"{model} on {task}"))
        edges.append(_edge("evaluation_set", set_id, "hadMember", "result", result, f"{count} rows"))
        edges.append(_edge("result", result, "wasDerivedFrom", "evaluated_model", model, "as the set names it"))
        edges.append(_edge("result", result, "wasDerivedFrom", "benchmark", task, "its task"))
    for set_id, model, count in workbench.read(_BATTLES):
        edges.append(_edge("evaluation_set", set_id, "wasDerivedFrom", "evaluated_model", model, f"{count} battles"))
    for list_id, name, snapshot, dataset in workbench.read(_LISTS):
        records.append(("list", list_id, name))
        edges.append(_edge("list", list_id, "hadMember", "dataset", dataset, f"saved from snapshot {snapshot}"))
    return edges, records


def _over(model: str, flop: float, limits: Sequence[Limit]) -> list[Edge]:
    """Set an own model's compute against the thresholds, as the catalogue's query does with the published ones."""
    return [
        _edge("compute_record", model, "governedBy", "threshold", one.threshold,
              f"training compute {flop:.3g} {one.op} {one.flop:.3g}; whether the text applies is another question")
        for one in limits
        if flop > one.flop or (one.op == ">=" and flop == one.flop)
    ]  # fmt: skip


def _edge(child_kind: str, child: str, predicate: str, parent_kind: str, parent: str, detail: str) -> Edge:
    return (child_kind, child, predicate, parent_kind, parent, OWN, detail)


def _system(one: Document) -> Iterator[Edge | Record]:
    yield ("system", one.id, one.body["name"])
    for kind in ("model", "dataset"):
        for part in one.body[f"{kind}s"]:
            yield _edge("system", one.id, "wasDerivedFrom", kind, part, "named as a part")


def _assessment(one: Document) -> Iterator[Edge | Record]:
    about = one.body
    form = about["form"].replace("_", " ")
    yield ("assessment", one.id, f"{form.capitalize()} {about['number']} of {about['system']} ({about['state']})")
    yield _edge("assessment", one.id, "wasDerivedFrom", "system", about["system"], "is about it")
    if about.get("previous"):
        yield _edge("assessment", one.id, "wasDerivedFrom", "assessment", about["previous"], "changes it")


def _answer(one: Document) -> Iterator[Edge | Record]:
    item, assessment = one.body["item"], one.parent
    yield ("answer", one.id, f"{item} of {assessment}")
    if assessment:
        yield _edge("assessment", assessment, "hadMember", "answer", one.id, f"item {item}")
    for name in sorted(_cited(one.body)):
        yield _edge("answer", one.id, "wasDerivedFrom", "evidence", name, "cites it")
    decision = one.body.get("values", {}).get("decision")
    if decision and assessment:
        yield ("decision", assessment, f"{str(decision).replace('_', ' ').capitalize()} ({assessment})")
        yield _edge("decision", assessment, "wasDerivedFrom", "assessment", assessment, f"section {item}")


def _cited(body: dict[str, Any]) -> set[str]:
    """Give the ids of evidence in an answer, those in the fields of a risk section too."""
    fields = [value for name, value in body.get("values", {}).items() if "evidence" in name]
    lists = [body.get("evidence", ()), *(value for value in fields if isinstance(value, list))]
    return {str(name) for one in lists for name in one}


def _evidence(one: Document) -> Iterator[Edge | Record]:
    about = one.body
    yield ("evidence", one.id, about["title"])
    if one.parent:
        yield _edge("evidence", one.id, "reportsOn", "system", one.parent, "belongs to it")
    if about["kind"] == "record" and about["record_kind"] in RECORDS:
        kind = RECORDS[about["record_kind"]]
        yield _edge("evidence", one.id, "wasDerivedFrom", kind, about["record_id"], "frozen record")
    if about["kind"] == "figure" and about.get("figure"):
        for kind, record_id in shown_by(about["figure"].get("address", "")):
            yield _edge("evidence", one.id, "wasDerivedFrom", kind, record_id, "figure of its page")


def shown_by(address: str) -> list[tuple[TraceKind, str]]:
    """Tell which record the page at an address of this app is about.

    >>> shown_by("/domain?name=nytimes.com"), shown_by("/lineage?id=work%3AC4"), shown_by("/hosts?site=github")
    ([('domain', 'nytimes.com')], [('work', 'C4')], [])
    """
    parts = urlsplit(address)
    page, asked = parts.path.strip("/"), parse_qs(parts.query)
    if page in ("leaderboards", "robustness", "selection-effects", "languages", "rescoring"):
        return [("evaluation_set", one) for one in asked.get("set", ())]
    if page == "lineage":
        return [_node(one) for one in asked.get("id", ())]
    kind = next((kind for kind, (path, _) in PAGES.items() if path == page), None)
    return [(kind, one) for one in asked.get(PAGES[kind][1], ())] if kind else []


def _node(node_id: str) -> tuple[TraceKind, str]:
    for kind, start in NODE_PREFIXES.items():
        if node_id.startswith(start):
            return kind, node_id.removeprefix(start)
    return "dataset", node_id


def _model(one: Document) -> Iterator[Edge | Record]:
    yield ("model", PREFIX + one.id, one.body["name"])
    if base := one.body.get("base_model_id"):
        yield _edge("model", PREFIX + one.id, "wasDerivedFrom", "model", base, "base model")
    if one.body.get("training_flop"):
        yield ("compute_record", PREFIX + one.id, f"Compute of {one.body['name']}")
        yield _edge("model", PREFIX + one.id, "assessedBy", "compute_record", PREFIX + one.id, "as you entered it")


def _terms(one: Document) -> Iterator[Edge | Record]:
    domain = one.body["domain"]
    yield ("consent", f"own-terms/{domain}", f"Terms of {domain}, as read here")
    yield _edge("domain", domain, "governedBy", "consent", f"own-terms/{domain}", "terms read here")
