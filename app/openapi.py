"""The API's description, built from the same facets, orders and policies that it reads."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from pydantic import BaseModel

from governance import __version__
from governance.assessment.evidence import About, KeptEvidence
from governance.assessment.evidence_records import RECORD_KINDS
from governance.assessment.records import Assessment, System
from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection, Selection
from governance.catalogue.vocabulary import SNAPSHOTS, UseClass
from governance.compute.history_files import FIELDS
from governance.compute.model_selection import ModelSelection
from governance.compute.scenario import DRAWS, SEED
from governance.compute.scenario_requests import MOST_DRAWS
from governance.compute.whatif import what_ifs
from governance.consent.checks import MOST_CASES
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.groups.reach import Reach
from governance.evaluation.ratings.request import RatingRequest
from governance.evaluation.vocabulary import FORMATS as SET_FORMATS
from governance.exports.trace_files import MEDIA_TYPES, TRACE_FORMATS
from governance.provenance.policies import POLICIES
from governance.research.claims import LedgerRow
from governance.research.labs.registry import LABS
from governance.research.paper_selection import PaperSelection
from governance.research.trace_found import Direction
from governance.research.trace_vocabulary import TRACE_KINDS
from governance.research.vocabulary import BASES, CLAIM_KINDS, STATUSES, UNITS

FORMATS = ("json", "csv", "jsonl")
MAX_LIMIT = 10_000


def openapi() -> dict[str, Any]:
    """Give the OpenAPI 3.1 document.

    >>> sorted(openapi()["paths"])[:2]
    ['/api/compute/scenario', '/api/datasets']
    """
    rows = {"type": "array", "items": {"type": "object"}}
    texts = {"text/csv": {"schema": {"type": "string"}}, "application/x-ndjson": {"schema": {"type": "string"}}}
    listed = _object(catalogue=_STRING, selection=_OBJECT, total=_INTEGER, limit=_INTEGER, offset=_INTEGER, rows=rows)
    effective = _object(use={"enum": list(get_args(UseClass))}, because={"type": "array", "items": _STRING})
    traced = _object(catalogue=_STRING, dataset_id=_STRING, nodes=rows, edges=rows, effective=effective, conflicts=rows)
    depth = _query("depth", "How many steps to follow; all where left out", {"type": "integer", "minimum": 0})
    one = [_DATASET_ID, _SNAPSHOT, _POLICY]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Touchstone",
            "version": __version__,
            "description": "Licences of AI training data, compute of models, and thresholds of law. Not legal advice.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/health": _get(
                "health", "Whether the server answers", [], _object(status=_STRING, version=_STRING, catalogue=_STRING)
            ),
            "/api/datasets": _get(
                "datasets",
                "Datasets of a selection",
                _selection_parameters(Selection, "datasets", _IN_DATASETS),
                listed,
                texts,
            ),
            "/api/datasets/{dataset_id}": _get("dataset", "All that is known about one dataset", one, _OBJECT),
            "/api/models": _get(
                "models",
                "Models of a selection",
                _selection_parameters(ModelSelection, "models", _IN_MODELS),
                listed,
                texts,
            ),
            "/api/models/{model_id}": _get("model", "All that is known about one model", [_MODEL_ID], _OBJECT),
            "/api/benchmarks": _get(
                "benchmarks",
                "Benchmarks of a selection",
                _selection_parameters(BenchmarkSelection, "benchmarks", _IN_BENCHMARKS),
                listed,
                texts,
            ),
            "/api/benchmarks/{benchmark_id}": _get(
                "benchmark", "All that is known about one benchmark", [_BENCHMARK_ID], _OBJECT
            ),
            "/api/papers": _get(
                "papers",
                "Papers of a selection",
                _selection_parameters(PaperSelection, "papers", _IN_PAPERS),
                listed,
                texts,
            ),
            "/api/papers/{paper_id}": _get(
                "paper", "All that is known about one paper, with its claims", [_id("paper")], _OBJECT
            ),
            "/api/lineage/{dataset_id}": _get(
                "lineage", "What a dataset derives from, and the terms that remain", [*one, depth], traced
            ),
            "/api/domains/{name}": _get(
                "domain", "All that is known of one web host: corpora, signals, datasets", [_DOMAIN], _OBJECT
            ),
            "/api/thresholds": _get(
                "thresholds",
                "Compute thresholds with their status on a day",
                [
                    _query("as_of", "The day; today in UTC where left out", _DATE),
                    _query("jurisdiction", "Only these", {"type": "array", "items": _STRING, "examples": [["EU"]]}),
                ],
                _object(as_of=_DATE, catalogue=_STRING, instruments=rows),
            ),
            "/api/compute/scenario": _post(
                "scenario", "Judge a training history under every compute threshold", _scenario_body(), _judged(rows)
            ),
            "/api/consent/check": _post(
                "consent_check", "Whether an agent may fetch an address, and which rule decides", _case_body(), _CHECKED
            ),
            **_lab_paths(rows),
            **_rate_paths(rows),
            **_record_paths(),
            **_set_paths(),
            **_claim_paths(),
            **_trace_paths(),
            "/api/openapi.json": _get("openapi", "This document", [], _OBJECT),
        },
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _lab_paths(rows: dict[str, Any]) -> dict[str, Any]:
    answer = _object(
        catalogue=_STRING, lab=_STRING, question=_STRING, answer=_STRING, synthetic={"type": "boolean"},
        simulated={"type": "boolean"}, settings=_OBJECT, seed={"type": ["integer", "null"]},
        n={"type": ["integer", "null"]}, method=_STRING, interval=_OR_NULL, numbers=rows, figures=_OBJECT,
        tables=_OBJECT, limits={"type": "array", "items": _STRING}, source=_STRING, version=_STRING, licence=_OR_NULL,
    )  # fmt: skip
    settings = sorted({f"set-{one.name}" for lab in LABS.values() for one in lab.settings})
    asked = [
        _query("seed", "Of all draws, and of the example", {"type": "integer", "minimum": 0, "default": 0}),
        *(_query(name, "A setting, of the labs that list it", _STRING) for name in settings),
    ]
    lab = _query("lab", "Name of a lab", {"enum": list(LABS)})
    data = _query("data", "'example', or the id of a set of the lab's format; none for a lab of settings", _STRING)
    mapped = _query("map", "OURS=THEIRS, a column of the body; OURS==TEXT for all rows; may be given again",
                    {"type": "array", "items": _STRING})  # fmt: skip
    sent = _post("lab_sent", "A lab's answer from rows sent as CSV or JSON", {"type": "array"}, answer)["post"]
    sent["requestBody"]["content"]["text/csv"] = {"schema": _STRING}
    listed = _object(catalogue=_STRING, rows=rows)
    known = _get("labs", "The labs; with 'lab', its answer", [lab, data, *asked], {"oneOf": [listed, answer]})
    name = {"name": "name", "in": "path", "required": True, "schema": {"enum": list(LABS)}}
    return {
        "/api/labs": {**known, "post": {**sent, "parameters": [{**lab, "required": True}, mapped, *asked]}},
        "/api/labs/{name}": _get("lab", "What a lab is: columns, settings and its template", [name], _OBJECT),
    }


def _rate_paths(rows: dict[str, Any]) -> dict[str, Any]:
    settings = [_setting(name, schema) for name, schema in RatingRequest.model_json_schema()["properties"].items()]
    answer = _object(set=_OBJECT, settings=_OBJECT, unit=_STRING, n=_INTEGER, warnings=rows, parts=rows, models=rows)
    answer["properties"]["warnings"] = {"type": "array", "items": _STRING}
    which = {**_query("set", "Id of a set of battles, e.g. llmfao", _STRING), "required": True}
    battle = {"type": "object", "required": ["model_a", "model_b", "outcome"]}
    sent = _post("rate_sent", "Rate the models of battles sent as CSV or JSON rows", {"type": "array"}, answer)["post"]
    sent["requestBody"]["content"] = {
        "application/json": {"schema": {"type": "array", "items": battle}},
        "text/csv": {"schema": _STRING},
    }
    known = _get("rate", "Rate the models of a set of battles", [which, *settings], answer)
    return {"/api/rate": {**known, "post": {**sent, "parameters": settings}}}


def _setting(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return _query(name, schema["description"][:1].upper() + schema["description"][1:], kept)


def _record_paths() -> dict[str, Any]:
    held = {"revision": _INTEGER, "created": _STRING, "updated": _STRING, "author": _OR_NULL, "editor": _OR_NULL}
    objects = {"type": "array", "items": _OBJECT}
    kept = _schema(KeptEvidence)
    system = {**_schema(System), **held}
    assessment = {**_schema(Assessment), **held, "digest": _STRING, "answers": _OBJECT, "remarks": objects}
    listed = _object(systems={"type": "array", "items": {"type": "object", "properties": system}})
    file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    given = _get("evidence_file", "The bytes of a kept file, to be saved", [_id("evidence")], _OBJECT, file)
    del given["get"]["responses"]["200"]["content"]["application/json"]
    return {
        "/api/systems": _get("systems", "The systems by name", [], listed),
        "/api/systems/{system_id}": _get(
            "system",
            "A system with the headers of its assessments and its evidence",
            [_id("system")],
            {"type": "object", "properties": {**system, "assessments": objects, "evidence": objects}},
        ),
        "/api/assessments/{assessment_id}": _get(
            "assessment",
            "An assessment with its answers and remarks",
            [_id("assessment")],
            {"type": "object", "properties": assessment},
        ),
        "/api/evidence/{evidence_id}": _get(
            "evidence",
            "One piece of evidence and the answers that cite it",
            [_id("evidence")],
            {"type": "object", "properties": {**kept, "cited_by": objects}},
        ),
        "/api/evidence/{evidence_id}/file": given,
        "/api/evidence": _add_evidence(kept),
    }


def _set_paths() -> dict[str, Any]:
    card = {field.name: {"description": field.name.replace("_", " ")} for field in fields(SetCard)}
    texts = {"text/csv": {"schema": {"type": "string"}}, "application/x-ndjson": {"schema": {"type": "string"}}}
    listed = _object(catalogue=_STRING, rows={"type": "array", "items": {"type": "object", "properties": card}})
    kind = _query("format", "Only sets of this format", {"enum": list(SET_FORMATS)})
    sent = _query("as", "The card, or the rows of those who have not left", {"enum": list(FORMATS), "default": "json"})
    one = {"type": "object", "properties": {"catalogue": _STRING, **card, "filled": _OBJECT}}
    named = {**_query("languages", "Codes or English names, with commas, e.g. eng,fra", _STRING), "required": True}
    reach = {"type": "object", "properties": {"catalogue": _STRING, **_schema(Reach)}}
    return {
        "/api/reach": _get("reach", "What share of the world's people a list of languages can reach", [named], reach),
        "/api/sets": _get("sets", "Sets of battles, scores and predictions", [kind], listed),
        "/api/sets/{set_id}": _get("set", "One set: what is known of it, or its rows", [_id("set"), sent], one, texts),
    }


def _claim_paths() -> dict[str, Any]:
    row = _schema(LedgerRow)
    counts = {"type": "object", "properties": dict.fromkeys(STATUSES, _INTEGER)}
    rows = {"type": "array", "items": {"type": "object", "properties": row}}
    asked = [
        _query("status", "What stands beside a claim now", {"type": "array", "items": {"enum": list(STATUSES)}}),
        _query("paper", "Ids of papers", {"type": "array", "items": _STRING}),
        _query("theme", "Themes of papers", {"type": "array", "items": _STRING}),
        _query("unit", "Units of the published number", {"type": "array", "items": {"enum": list(UNITS)}}),
        _query("kind", "With a number or without", {"type": "array", "items": {"enum": list(CLAIM_KINDS)}}),
        _query("basis", "What a computed value rests on", {"type": "array", "items": {"enum": list(BASES)}}),
        _query("text", "Words that must all occur in the claim, its context, its id or the title", _STRING),
    ]
    listed = _object(catalogue=_STRING, total=_INTEGER, statuses=counts, rows=rows)
    parts = [{**_DATASET_ID, "name": name, "description": f"{name} of the claim's id"} for name in ("paper", "name")]
    one = {"type": "object", "properties": {"catalogue": _STRING, **row}}
    return {
        "/api/claims": _get("claims", "Claims of papers with what is computed for each now", asked, listed),
        "/api/claims/{paper}/{name}": _get("claim", "One claim with what is computed for it and why", parts, one),
    }


def _trace_paths() -> dict[str, Any]:
    asked = [
        {**_DATASET_ID, "name": "kind", "description": "Kind of record", "schema": {"enum": list(TRACE_KINDS)}},
        _id("record"),
        _query("view", "What to give", {"enum": ["trace", "falls", "path"], "default": "trace"}),
        _query("to", "For a path: the other record, as KIND:ID", _STRING),
        _query(
            "direction", "What it rests on, what rests on it", {"enum": list(get_args(Direction)), "default": "both"}
        ),
        _query("depth", "How many steps to follow; all where left out", {"type": "integer", "minimum": 0}),
        _query("only", "Keep only these kinds", {"type": "array", "items": {"enum": list(TRACE_KINDS)}}),
        _query("format", "How it is written", {"enum": list(TRACE_FORMATS), "default": "json"}),
    ]
    texts = {"text/csv": {"schema": _STRING}, MEDIA_TYPES["graphml"]: {"schema": _STRING}}
    said = "What a record of any kind rests on, and what rests on it"
    return {"/api/trace/{kind}/{record_id}": _get("trace", said, asked, _OBJECT, texts)}


def _add_evidence(kept: dict[str, Any]) -> dict[str, Any]:
    told = {**_schema(About), "system": {**_STRING, "description": "Id of the system it belongs to"}}
    points = {"url": _STRING, "record_kind": {"enum": list(RECORD_KINDS)}, "record_id": _STRING, "figure": _OBJECT}
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
    described = _post("add_evidence", "Keep evidence: JSON, or a file of at most 20 MB as the raw body", body, answer)
    post = described["post"]
    post["requestBody"]["content"]["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    post["parameters"] = [_query(name, "For a file, where the body has no room", _STRING) for name in told]
    post["responses"]["201"] = {**post["responses"].pop("200"), "description": "Kept"}
    post["security"] = [{"token": []}]
    return described


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give the fields of a record by name, with the least that describes each."""
    return {
        name: {"description": field.description or name.replace("_", " ")} for name, field in model.model_fields.items()
    }


def _id(kind: str) -> dict[str, Any]:
    return {**_DATASET_ID, "name": f"{kind}_id", "description": f"Id of a {kind}"}


def _object(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "object", "properties": properties, "required": list(properties)}


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _scenario_body() -> dict[str, Any]:
    names = [one.id for one in what_ifs()]
    asked = {
        "as_of": {**_DATE, "description": "The day whose law is asked; today in UTC where left out"},
        "draws": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS, "default": DRAWS},
        "seed": {"type": "integer", "minimum": 0, "default": SEED},
        "what_ifs": {"type": "array", "items": {"enum": names}, "description": "Changed histories to judge too"},
    }
    objects = {"type": "array", "items": _OBJECT}
    kinds: dict[str, dict[str, Any]] = {
        "runs": {**objects, "minItems": 1},
        "edges": objects,
        "shared": _OBJECT,
        "circumstances": _OBJECT,
    }
    return {
        "type": "object",
        "properties": {**{name: kinds.get(name, _STRING) for name in FIELDS}, **asked},
        "required": ["runs"],
        "additionalProperties": False,
        "examples": [{"runs": [{"id": "base", "parameters": "60-200B", "tokens": "8-25T"}], "as_of": "2026-08-02"}],
    }


def _case_body() -> dict[str, Any]:
    case = {
        "type": "object",
        "properties": {
            "robots": {**_OR_NULL, "description": "Text of the robots.txt; null where the site has none"},
            "agent": {**_STRING, "description": "Product token of the crawler"},
            "url": {**_STRING, "description": "Address or path"},
        },
        "required": ["agent", "url"],
        "examples": [{"robots": "User-agent: GPTBot\nDisallow: /", "agent": "GPTBot", "url": "https://example.org/a"}],
    }
    rows = {"type": "array", "items": case, "maxItems": MOST_CASES}
    return {"oneOf": [case, {"type": "object", "properties": {"rows": rows}, "required": ["rows"]}]}


def _judged(rows: dict[str, Any]) -> dict[str, Any]:
    return _object(
        catalogue=_STRING,
        as_of=_DATE,
        draws=_INTEGER,
        seed=_INTEGER,
        instruments=rows,
        modification=_OBJECT,
        cross_checks=rows,
        what_ifs={"type": ["object", "null"]},
    )


def _post(operation: str, summary: str, body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    described = _get(operation, summary, [], answer)["get"]
    del described["parameters"]
    sent = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"post": {**described, "requestBody": sent}}


def _get(
    operation: str,
    summary: str,
    parameters: list[dict[str, Any]],
    answer: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    content = {"application/json": {"schema": answer}, **(more or {})}
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": "Found", "content": content},
                "default": {"description": "What is wrong, where, and how to mend it", "content": refused},
            },
        }
    }


def _selection_parameters(kind: type[FacetSelection], plural: str, searched: str) -> list[dict[str, Any]]:
    orders = [sign + order for order in kind.sorts for sign in ("", "-")]
    scope = {"snapshot": _SNAPSHOT, "policy": _POLICY}
    return [
        *(scope[name] for name in kind.scope),
        _query("q", f"Words that must all occur in {searched}", _STRING),
        *(_facet_parameter(facet) for facet in kind.facets),
        _query("id", f"Only these {plural}", {"type": "array", "items": _STRING}),
        _query("sort", "Order; a minus puts the largest first", {"enum": orders, "default": kind.usual_order()}),
        _query("limit", "Rows a page", {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": 100}),
        _query("offset", "Rows to skip", {"type": "integer", "minimum": 0, "default": 0}),
    ]


def _facet_parameter(facet: Facet) -> dict[str, Any]:
    if facet.kind == "range":
        return _query(
            facet.field, f"{facet.help}: bounds, both inclusive", {"type": "string", "examples": ["2019..2023"]}
        )
    return _query(facet.field, facet.help, {"type": "array", "items": _STRING})


_STRING: dict[str, Any] = {"type": "string"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_INTEGER: dict[str, Any] = {"type": "integer"}
_OBJECT: dict[str, Any] = {"type": "object"}
_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
_ANSWER = _object(allowed={"type": "boolean"}, rule=_OR_NULL, line={"type": ["integer", "null"]}, group=_OR_NULL)
_CHECKED = {"oneOf": [_ANSWER, _object(rows={"type": "array", "items": _ANSWER})]}
_PROBLEM = _object(
    type=_STRING,
    title=_STRING,
    status=_INTEGER,
    detail=_STRING,
    error=_STRING,
    what=_STRING,
    where=_STRING,
    fix=_STRING,
)
_DATASET_ID = {
    "name": "dataset_id",
    "in": "path",
    "required": True,
    "description": "Id of a dataset",
    "schema": _STRING,
}
_MODEL_ID = {**_DATASET_ID, "name": "model_id", "description": "Id of a model; own: stands before one of your own"}
_BENCHMARK_ID = {**_DATASET_ID, "name": "benchmark_id", "description": "Id of a benchmark: the task's name"}
_DOMAIN = {**_DATASET_ID, "name": "name", "description": "Host name of the site, e.g. bbc.co.uk"}
_IN_DATASETS = "name, id, collection, creators or tasks"
_IN_BENCHMARKS = "name, type, domain, subtype, hub id or page"
_IN_PAPERS = "title, authors, summary or id"
_IN_MODELS = "name, id, organisation, base model, paper, domain or hardware"
_SNAPSHOT = _query("snapshot", "State of the audit", {"enum": list(SNAPSHOTS), "default": "current"})
_POLICY = _query(
    "policy", f"Rule for reading licences; shipped: {', '.join(POLICIES)}", {"type": "string", "default": "audit"}
)
