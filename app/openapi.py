"""The API's description, built from the same facets, orders and policies that it reads."""

from __future__ import annotations

from typing import Any, get_args

from app.openapi_parts import (
    BENCHMARK_ID,
    DATASET_ID,
    DATE,
    DOMAIN,
    IN_BENCHMARKS,
    IN_DATASETS,
    IN_MODELS,
    IN_PAPERS,
    INTEGER,
    MODEL_ID,
    OBJECT,
    OR_NULL,
    POLICY,
    SNAPSHOT,
    STRING,
    get_route,
    id_of,
    object_of,
    post_route,
    query,
    selection_parameters,
)
from app.openapi_paths import claim_paths, lab_paths, rate_paths, record_paths, set_paths, trace_paths
from governance import __version__
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import UseClass
from governance.compute.history_files import FIELDS
from governance.compute.model_selection import ModelSelection
from governance.compute.scenario import DRAWS, SEED
from governance.compute.scenario_requests import MOST_DRAWS
from governance.compute.whatif import what_ifs
from governance.consent.checks import MOST_CASES
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.research.paper_selection import PaperSelection


def openapi() -> dict[str, Any]:
    """Give the OpenAPI 3.1 document.

    >>> sorted(openapi()["paths"])[:2]
    ['/api/assessments/{assessment_id}', '/api/benchmarks']
    """
    rows = {"type": "array", "items": {"type": "object"}}
    texts = {"text/csv": {"schema": {"type": "string"}}, "application/x-ndjson": {"schema": {"type": "string"}}}
    listed = object_of(catalogue=STRING, selection=OBJECT, total=INTEGER, limit=INTEGER, offset=INTEGER, rows=rows)
    effective = object_of(use={"enum": list(get_args(UseClass))}, because={"type": "array", "items": STRING})
    traced = object_of(catalogue=STRING, dataset_id=STRING, nodes=rows, edges=rows, effective=effective, conflicts=rows)
    depth = query("depth", "How many steps to follow; all where left out", {"type": "integer", "minimum": 0})
    one = [DATASET_ID, SNAPSHOT, POLICY]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Touchstone",
            "version": __version__,
            "description": "Licences of AI training data, compute of models, and thresholds of law. Not legal advice.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/health": get_route(
                "health", "Whether the server answers", [], object_of(status=STRING, version=STRING, catalogue=STRING)
            ),
            "/api/datasets": get_route(
                "datasets",
                "Datasets of a selection",
                selection_parameters(Selection, "datasets", IN_DATASETS),
                listed,
                texts,
            ),
            "/api/datasets/{dataset_id}": get_route("dataset", "All that is known about one dataset", one, OBJECT),
            "/api/models": get_route(
                "models",
                "Models of a selection",
                selection_parameters(ModelSelection, "models", IN_MODELS),
                listed,
                texts,
            ),
            "/api/models/{model_id}": get_route("model", "All that is known about one model", [MODEL_ID], OBJECT),
            "/api/benchmarks": get_route(
                "benchmarks",
                "Benchmarks of a selection",
                selection_parameters(BenchmarkSelection, "benchmarks", IN_BENCHMARKS),
                listed,
                texts,
            ),
            "/api/benchmarks/{benchmark_id}": get_route(
                "benchmark", "All that is known about one benchmark", [BENCHMARK_ID], OBJECT
            ),
            "/api/papers": get_route(
                "papers",
                "Papers of a selection",
                selection_parameters(PaperSelection, "papers", IN_PAPERS),
                listed,
                texts,
            ),
            "/api/papers/{paper_id}": get_route(
                "paper", "All that is known about one paper, with its claims", [id_of("paper")], OBJECT
            ),
            "/api/lineage/{dataset_id}": get_route(
                "lineage", "What a dataset derives from, and the terms that remain", [*one, depth], traced
            ),
            "/api/domains/{name}": get_route(
                "domain", "All that is known of one web host: corpora, signals, datasets", [DOMAIN], OBJECT
            ),
            "/api/thresholds": get_route(
                "thresholds",
                "Compute thresholds with their status on a day",
                [
                    query("as_of", "The day; today in UTC where left out", DATE),
                    query("jurisdiction", "Only these", {"type": "array", "items": STRING, "examples": [["EU"]]}),
                ],
                object_of(as_of=DATE, catalogue=STRING, instruments=rows),
            ),
            "/api/compute/scenario": post_route(
                "scenario", "Judge a training history under every compute threshold", _scenario_body(), _judged(rows)
            ),
            "/api/consent/check": post_route(
                "consent_check", "Whether an agent may fetch an address, and which rule decides", _case_body(), _CHECKED
            ),
            **lab_paths(rows),
            **rate_paths(rows),
            **record_paths(),
            **set_paths(),
            **claim_paths(),
            **trace_paths(),
            "/api/openapi.json": get_route("openapi", "This document", [], OBJECT),
        },
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _scenario_body() -> dict[str, Any]:
    names = [one.id for one in what_ifs()]
    asked = {
        "as_of": {**DATE, "description": "The day whose law is asked; today in UTC where left out"},
        "draws": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS, "default": DRAWS},
        "seed": {"type": "integer", "minimum": 0, "default": SEED},
        "what_ifs": {"type": "array", "items": {"enum": names}, "description": "Changed histories to judge too"},
    }
    objects = {"type": "array", "items": OBJECT}
    kinds: dict[str, dict[str, Any]] = {
        "runs": {**objects, "minItems": 1},
        "edges": objects,
        "shared": OBJECT,
        "circumstances": OBJECT,
    }
    return {
        "type": "object",
        "properties": {**{name: kinds.get(name, STRING) for name in FIELDS}, **asked},
        "required": ["runs"],
        "additionalProperties": False,
        "examples": [{"runs": [{"id": "base", "parameters": "60-200B", "tokens": "8-25T"}], "as_of": "2026-08-02"}],
    }


def _case_body() -> dict[str, Any]:
    case = {
        "type": "object",
        "properties": {
            "robots": {**OR_NULL, "description": "Text of the robots.txt; null where the site has none"},
            "agent": {**STRING, "description": "Product token of the crawler"},
            "url": {**STRING, "description": "Address or path"},
        },
        "required": ["agent", "url"],
        "examples": [{"robots": "User-agent: GPTBot\nDisallow: /", "agent": "GPTBot", "url": "https://example.org/a"}],
    }
    rows = {"type": "array", "items": case, "maxItems": MOST_CASES}
    return {"oneOf": [case, {"type": "object", "properties": {"rows": rows}, "required": ["rows"]}]}


def _judged(rows: dict[str, Any]) -> dict[str, Any]:
    return object_of(
        catalogue=STRING,
        as_of=DATE,
        draws=INTEGER,
        seed=INTEGER,
        instruments=rows,
        modification=OBJECT,
        cross_checks=rows,
        what_ifs={"type": ["object", "null"]},
    )


_ANSWER = object_of(allowed={"type": "boolean"}, rule=OR_NULL, line={"type": ["integer", "null"]}, group=OR_NULL)
_CHECKED = {"oneOf": [_ANSWER, object_of(rows={"type": "array", "items": _ANSWER})]}
_PROBLEM = object_of(
    type=STRING,
    title=STRING,
    status=INTEGER,
    detail=STRING,
    error=STRING,
    what=STRING,
    where=STRING,
    fix=STRING,
)
