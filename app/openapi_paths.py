"""Routes of the API by subject: labs, ratings, records kept, sets, claims and the trace."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from app.openapi_parts import (
    DATASET_ID,
    FORMATS,
    INTEGER,
    OBJECT,
    OR_NULL,
    STRING,
    get_route,
    id_of,
    object_of,
    post_route,
    query,
    schema_of,
)
from governance.assessment.evidence import About, KeptEvidence
from governance.assessment.evidence_records import RECORD_KINDS
from governance.assessment.records import Assessment, System
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.groups.reach import Reach
from governance.evaluation.ratings.request import RatingRequest
from governance.evaluation.vocabulary import FORMATS as SET_FORMATS
from governance.exports.trace_files import MEDIA_TYPES, TRACE_FORMATS
from governance.research.claims import LedgerRow
from governance.research.labs.registry import LABS
from governance.research.trace_found import Direction
from governance.research.trace_vocabulary import TRACE_KINDS
from governance.research.vocabulary import BASES, CLAIM_KINDS, STATUSES, UNITS


def lab_paths(rows: dict[str, Any]) -> dict[str, Any]:
    """Describe the routes of labs."""
    answer = object_of(
        catalogue=STRING, lab=STRING, question=STRING, answer=STRING, synthetic={"type": "boolean"},
        simulated={"type": "boolean"}, settings=OBJECT, seed={"type": ["integer", "null"]},
        n={"type": ["integer", "null"]}, method=STRING, interval=OR_NULL, numbers=rows, figures=OBJECT,
        tables=OBJECT, limits={"type": "array", "items": STRING}, source=STRING, version=STRING, licence=OR_NULL,
    )  # fmt: skip
    settings = sorted({f"set-{one.name}" for lab in LABS.values() for one in lab.settings})
    asked = [
        query("seed", "Of all draws, and of the example", {"type": "integer", "minimum": 0, "default": 0}),
        *(query(name, "A setting, of the labs that list it", STRING) for name in settings),
    ]
    lab = query("lab", "Name of a lab", {"enum": list(LABS)})
    data = query("data", "'example', or the id of a set of the lab's format; none for a lab of settings", STRING)
    mapped = query("map", "OURS=THEIRS, a column of the body; OURS==TEXT for all rows; may be given again",
                    {"type": "array", "items": STRING})  # fmt: skip
    sent = post_route("lab_sent", "A lab's answer from rows sent as CSV or JSON", {"type": "array"}, answer)["post"]
    sent["requestBody"]["content"]["text/csv"] = {"schema": STRING}
    listed = object_of(catalogue=STRING, rows=rows)
    known = get_route("labs", "The labs; with 'lab', its answer", [lab, data, *asked], {"oneOf": [listed, answer]})
    name = {"name": "name", "in": "path", "required": True, "schema": {"enum": list(LABS)}}
    return {
        "/api/labs": {**known, "post": {**sent, "parameters": [{**lab, "required": True}, mapped, *asked]}},
        "/api/labs/{name}": get_route("lab", "What a lab is: columns, settings and its template", [name], OBJECT),
    }


def rate_paths(rows: dict[str, Any]) -> dict[str, Any]:
    """Describe the routes that rate battles."""
    settings = [_setting(name, schema) for name, schema in RatingRequest.model_json_schema()["properties"].items()]
    answer = object_of(set=OBJECT, settings=OBJECT, unit=STRING, n=INTEGER, warnings=rows, parts=rows, models=rows)
    answer["properties"]["warnings"] = {"type": "array", "items": STRING}
    which = {**query("set", "Id of a set of battles, e.g. llmfao", STRING), "required": True}
    battle = {"type": "object", "required": ["model_a", "model_b", "outcome"]}
    sent = post_route("rate_sent", "Rate the models of battles sent as CSV or JSON rows", {"type": "array"}, answer)[
        "post"
    ]
    sent["requestBody"]["content"] = {
        "application/json": {"schema": {"type": "array", "items": battle}},
        "text/csv": {"schema": STRING},
    }
    known = get_route("rate", "Rate the models of a set of battles", [which, *settings], answer)
    return {"/api/rate": {**known, "post": {**sent, "parameters": settings}}}


def _setting(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return query(name, schema["description"][:1].upper() + schema["description"][1:], kept)


def record_paths() -> dict[str, Any]:
    """Describe the routes of systems, assessments and evidence."""
    held = {"revision": INTEGER, "created": STRING, "updated": STRING, "author": OR_NULL, "editor": OR_NULL}
    objects = {"type": "array", "items": OBJECT}
    kept = schema_of(KeptEvidence)
    system = {**schema_of(System), **held}
    assessment = {**schema_of(Assessment), **held, "digest": STRING, "answers": OBJECT, "remarks": objects}
    listed = object_of(systems={"type": "array", "items": {"type": "object", "properties": system}})
    file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    given = get_route("evidence_file", "The bytes of a kept file, to be saved", [id_of("evidence")], OBJECT, file)
    del given["get"]["responses"]["200"]["content"]["application/json"]
    return {
        "/api/systems": get_route("systems", "The systems by name", [], listed),
        "/api/systems/{system_id}": get_route(
            "system",
            "A system with the headers of its assessments and its evidence",
            [id_of("system")],
            {"type": "object", "properties": {**system, "assessments": objects, "evidence": objects}},
        ),
        "/api/assessments/{assessment_id}": get_route(
            "assessment",
            "An assessment with its answers and remarks",
            [id_of("assessment")],
            {"type": "object", "properties": assessment},
        ),
        "/api/evidence/{evidence_id}": get_route(
            "evidence",
            "One piece of evidence and the answers that cite it",
            [id_of("evidence")],
            {"type": "object", "properties": {**kept, "cited_by": objects}},
        ),
        "/api/evidence/{evidence_id}/file": given,
        "/api/evidence": _add_evidence(kept),
    }


def set_paths() -> dict[str, Any]:
    """Describe the routes of evaluation sets and of the people that languages reach."""
    card = {field.name: {"description": field.name.replace("_", " ")} for field in fields(SetCard)}
    texts = {"text/csv": {"schema": {"type": "string"}}, "application/x-ndjson": {"schema": {"type": "string"}}}
    listed = object_of(catalogue=STRING, rows={"type": "array", "items": {"type": "object", "properties": card}})
    kind = query("format", "Only sets of this format", {"enum": list(SET_FORMATS)})
    sent = query("as", "The card, or the rows of those who have not left", {"enum": list(FORMATS), "default": "json"})
    one = {"type": "object", "properties": {"catalogue": STRING, **card, "filled": OBJECT}}
    named = {**query("languages", "Codes or English names, with commas, e.g. eng,fra", STRING), "required": True}
    reach = {"type": "object", "properties": {"catalogue": STRING, **schema_of(Reach)}}
    return {
        "/api/reach": get_route(
            "reach", "What share of the world's people a list of languages can reach", [named], reach
        ),
        "/api/sets": get_route("sets", "Sets of battles, scores and predictions", [kind], listed),
        "/api/sets/{set_id}": get_route(
            "set", "One set: what is known of it, or its rows", [id_of("set"), sent], one, texts
        ),
    }


def claim_paths() -> dict[str, Any]:
    """Describe the routes of claims."""
    row = schema_of(LedgerRow)
    counts = {"type": "object", "properties": dict.fromkeys(STATUSES, INTEGER)}
    rows = {"type": "array", "items": {"type": "object", "properties": row}}
    asked = [
        query("status", "What stands beside a claim now", {"type": "array", "items": {"enum": list(STATUSES)}}),
        query("paper", "Ids of papers", {"type": "array", "items": STRING}),
        query("theme", "Themes of papers", {"type": "array", "items": STRING}),
        query("unit", "Units of the published number", {"type": "array", "items": {"enum": list(UNITS)}}),
        query("kind", "With a number or without", {"type": "array", "items": {"enum": list(CLAIM_KINDS)}}),
        query("basis", "What a computed value rests on", {"type": "array", "items": {"enum": list(BASES)}}),
        query("text", "Words that must all occur in the claim, its context, its id or the title", STRING),
    ]
    listed = object_of(catalogue=STRING, total=INTEGER, statuses=counts, rows=rows)
    parts = [{**DATASET_ID, "name": name, "description": f"{name} of the claim's id"} for name in ("paper", "name")]
    one = {"type": "object", "properties": {"catalogue": STRING, **row}}
    return {
        "/api/claims": get_route("claims", "Claims of papers with what is computed for each now", asked, listed),
        "/api/claims/{paper}/{name}": get_route("claim", "One claim with what is computed for it and why", parts, one),
    }


def trace_paths() -> dict[str, Any]:
    """Describe the route of the trace."""
    asked = [
        {**DATASET_ID, "name": "kind", "description": "Kind of record", "schema": {"enum": list(TRACE_KINDS)}},
        id_of("record"),
        query("view", "What to give", {"enum": ["trace", "falls", "path"], "default": "trace"}),
        query("to", "For a path: the other record, as KIND:ID", STRING),
        query(
            "direction", "What it rests on, what rests on it", {"enum": list(get_args(Direction)), "default": "both"}
        ),
        query("depth", "How many steps to follow; all where left out", {"type": "integer", "minimum": 0}),
        query("only", "Keep only these kinds", {"type": "array", "items": {"enum": list(TRACE_KINDS)}}),
        query("format", "How it is written", {"enum": list(TRACE_FORMATS), "default": "json"}),
    ]
    texts = {"text/csv": {"schema": STRING}, MEDIA_TYPES["graphml"]: {"schema": STRING}}
    said = "What a record of any kind rests on, and what rests on it"
    return {"/api/trace/{kind}/{record_id}": get_route("trace", said, asked, OBJECT, texts)}


def _add_evidence(kept: dict[str, Any]) -> dict[str, Any]:
    told = {**schema_of(About), "system": {**STRING, "description": "Id of the system it belongs to"}}
    points = {"url": STRING, "record_kind": {"enum": list(RECORD_KINDS)}, "record_id": STRING, "figure": OBJECT}
    body = {
        "type": "object",
        "properties": {"kind": {"enum": ["link", "record", "figure"]}, **told, **points},
        "required": ["kind", "system", "title"],
        "additionalProperties": False,
        "examples": [
            {"kind": "link", "system": "acme-chat", "title": "Bias audit", "url": "https://example.org/audit"}
        ],
    }
    answer = {"type": "object", "properties": kept}
    described = post_route(
        "add_evidence", "Keep evidence: JSON, or a file of at most 20 MB as the raw body", body, answer
    )
    post = described["post"]
    post["requestBody"]["content"]["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    post["parameters"] = [query(name, "For a file, where the body has no room", STRING) for name in told]
    post["responses"]["201"] = {**post["responses"].pop("200"), "description": "Kept"}
    post["security"] = [{"token": []}]
    return described
