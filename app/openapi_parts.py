"""Parts of the API's description: how a route, a parameter and an object are written."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.provenance.policies import POLICIES


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Give the fields of a record by name, with the least that describes each."""
    return {
        name: {"description": field.description or name.replace("_", " ")} for name, field in model.model_fields.items()
    }


def id_of(kind: str) -> dict[str, Any]:
    """Describe the id of a record in a path."""
    return {**DATASET_ID, "name": f"{kind}_id", "description": f"Id of a {kind}"}


def object_of(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Describe an object whose properties are all there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a parameter of the query."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def post_route(operation: str, summary: str, body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Describe a route that takes a JSON body."""
    described = get_route(operation, summary, [], answer)["get"]
    del described["parameters"]
    sent = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"post": {**described, "requestBody": sent}}


def get_route(
    operation: str,
    summary: str,
    parameters: list[dict[str, Any]],
    answer: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Describe a route that is read; ``more`` are other forms of its answer by media type."""
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


def selection_parameters(kind: type[FacetSelection], plural: str, searched: str) -> list[dict[str, Any]]:
    """Describe the filters, the order and the page of a kind of records."""
    orders = [sign + order for order in kind.sorts for sign in ("", "-")]
    scope = {"snapshot": SNAPSHOT, "policy": POLICY}
    return [
        *(scope[name] for name in kind.scope),
        query("q", f"Words that must all occur in {searched}", STRING),
        *(_facet_parameter(facet) for facet in kind.facets),
        query("id", f"Only these {plural}", {"type": "array", "items": STRING}),
        query("sort", "Order; a minus puts the largest first", {"enum": orders, "default": kind.usual_order()}),
        query("limit", "Rows a page", {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": 100}),
        query("offset", "Rows to skip", {"type": "integer", "minimum": 0, "default": 0}),
    ]


def _facet_parameter(facet: Facet) -> dict[str, Any]:
    if facet.kind == "range":
        return query(
            facet.field, f"{facet.help}: bounds, both inclusive", {"type": "string", "examples": ["2019..2023"]}
        )
    return query(facet.field, facet.help, {"type": "array", "items": STRING})


FORMATS = ("json", "csv", "jsonl")
MAX_LIMIT = 10_000
STRING: dict[str, Any] = {"type": "string"}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
INTEGER: dict[str, Any] = {"type": "integer"}
OBJECT: dict[str, Any] = {"type": "object"}
OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
DATASET_ID = {
    "name": "dataset_id",
    "in": "path",
    "required": True,
    "description": "Id of a dataset",
    "schema": STRING,
}
MODEL_ID = {**DATASET_ID, "name": "model_id", "description": "Id of a model; own: stands before one of your own"}
BENCHMARK_ID = {**DATASET_ID, "name": "benchmark_id", "description": "Id of a benchmark: the task's name"}
DOMAIN = {**DATASET_ID, "name": "name", "description": "Host name of the site, e.g. bbc.co.uk"}
IN_DATASETS = "name, id, collection, creators or tasks"
IN_BENCHMARKS = "name, type, domain, subtype, hub id or page"
IN_PAPERS = "title, authors, summary or id"
IN_MODELS = "name, id, organisation, base model, paper, domain or hardware"
SNAPSHOT = query("snapshot", "State of the audit", {"enum": list(SNAPSHOTS), "default": "current"})
POLICY = query(
    "policy", f"Rule for reading licences; shipped: {', '.join(POLICIES)}", {"type": "string", "default": "audit"}
)
