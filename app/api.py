"""The JSON API: the same functions as the pages and the command line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import body_text, json_answer, media_type_of, problem, refuse_options
from app.api_claims import ROUTES as CLAIMS
from app.api_labs import ROUTES as LABS
from app.api_rate import ROUTES as RATINGS
from app.api_records import ROUTES as RECORDS
from app.api_sets import ROUTES as SETS
from app.api_trace import ROUTES as TRACES
from app.components import state
from app.components.benchmark_kind import benchmarks
from app.components.paper_kind import papers
from app.openapi import openapi
from app.openapi_parts import FORMATS, MAX_LIMIT
from governance import __version__
from governance.catalogue.narrowed import Narrowed
from governance.catalogue.selection import Selection, choice
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.compute.model_selection import ModelSelection
from governance.compute.models import model_card, select_models
from governance.compute.own_models import own_models
from governance.compute.scenario import assess_scenario
from governance.compute.scenario_requests import read_day, read_request
from governance.compute.threshold_list import thresholds_on
from governance.compute.what_if_table import what_if_table
from governance.consent.checks import check_cases, read_questions
from governance.consent.domain_card import domain_card
from governance.errors import BadInput, NotFound, NotSignedIn, TouchstoneError
from governance.evaluation.benchmarks.registry import benchmark_card, select_benchmarks
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.exports.tables import csv_of, jsonl_of, table_of
from governance.provenance.card import dataset_card
from governance.provenance.datasets import SelectionResult, select_datasets
from governance.provenance.lineage import lineage
from governance.research.paper_selection import PaperSelection
from governance.research.papers import paper_card, select_papers

log = logging.getLogger("touchstone")

DEFAULT_LIMIT = 100
MAX_DEPTH = 100
Pairs = list[tuple[str, str]]
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def health(request: Request) -> Response:
    """Tell that the server answers, and from which catalogue."""
    return json_answer({"status": "ok", "version": __version__, "catalogue": state.version()})


def list_records(
    request: Request,
    find: Callable[[Pairs], Narrowed[Any, Any]],
    table: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> Response:
    """List the records of a selection of any kind, one page at a time.

    Args:
        request: Selection, format and page, as a query.
        find: Gives what the pairs of a query select.
        table: Gives the columns that leave; all of them where left out.
    """
    settings = {"format": "json", "limit": str(DEFAULT_LIMIT), "offset": "0"}
    pairs = []
    for name, value in request.query_params.multi_items():
        if name in settings:
            settings[name] = value
        else:
            pairs.append((name, value))
    limit, offset = _count("limit", settings["limit"], MAX_LIMIT), _count("offset", settings["offset"], 10**9)
    choice(settings["format"], FORMATS, "parameter format")
    found = find(pairs)
    page = found.page(offset, limit)
    page = table(page) if table else page
    count = {"X-Total-Count": str(found.total)}
    if settings["format"] == "csv":
        return Response(csv_of(page), headers=count, media_type="text/csv; charset=utf-8")
    if settings["format"] == "jsonl":
        return Response(jsonl_of(page), headers=count, media_type="application/x-ndjson")
    return json_answer(
        {
            "catalogue": state.version(),
            "selection": found.selection.model_dump(mode="json"),
            "total": found.total,
            "limit": limit,
            "offset": offset,
            "rows": page.to_dicts(),
        }
    )


def list_datasets(request: Request) -> Response:
    """List the datasets of a selection."""

    def find(pairs: Pairs) -> SelectionResult:
        selection = Selection.from_query(pairs)
        return select_datasets(state.datasets_for(selection.snapshot, selection.policy), selection)

    return list_records(request, find, table_of)


def list_models(request: Request) -> Response:
    """List the models of a selection, the user's own among them."""
    return list_records(request, lambda pairs: select_models(state.models(), ModelSelection.from_query(pairs)))


def list_benchmarks(request: Request) -> Response:
    """List the benchmarks of a selection."""
    return list_records(request, lambda pairs: select_benchmarks(benchmarks(), BenchmarkSelection.from_query(pairs)))


def list_papers(request: Request) -> Response:
    """List the papers of a selection."""
    return list_records(request, lambda pairs: select_papers(papers(), PaperSelection.from_query(pairs)))


def show_dataset(request: Request) -> Response:
    """Give everything known about one dataset."""
    snapshot, policy_id = _reading(request, ())
    datasets = state.datasets_for(snapshot, policy_id)
    card = dataset_card(
        state.cursor(),
        request.path_params["dataset_id"],
        snapshot=snapshot,
        policy=datasets.policy,
        known=datasets.effective,
    )
    return json_answer({"catalogue": state.version(), **card.model_dump(mode="json")})


def show_model(request: Request) -> Response:
    """Give everything known about one model."""
    refuse_options(request, ())
    card = model_card(state.cursor(), request.path_params["model_id"], own_models(state.workbench()))
    return json_answer({"catalogue": state.version(), **card.model_dump(mode="json")})


def show_benchmark(request: Request) -> Response:
    """Give everything known about one benchmark."""
    refuse_options(request, ())
    card = benchmark_card(state.cursor(), request.path_params["benchmark_id"])
    return json_answer({"catalogue": state.version(), **card.model_dump(mode="json")})


def show_paper(request: Request) -> Response:
    """Give everything known about one paper, with its claims."""
    refuse_options(request, ())
    card = paper_card(state.cursor(), request.path_params["paper_id"])
    return json_answer({"catalogue": state.version(), **card.model_dump(mode="json")})


def show_domain(request: Request) -> Response:
    """Give all that is known of one web host."""
    refuse_options(request, ())
    card = domain_card(state.cursor(), request.path_params["name"])
    return json_answer(card.model_dump(mode="json"))


def show_lineage(request: Request) -> Response:
    """Give what a dataset derives from, what derives from it, and the terms that remain."""
    snapshot, policy_id = _reading(request, ("depth",))
    asked = request.query_params.get("depth")
    depth = None if asked is None else _count("depth", asked, MAX_DEPTH)
    datasets = state.datasets_for(snapshot, policy_id)
    found = lineage(
        state.cursor(),
        request.path_params["dataset_id"],
        snapshot=snapshot,
        policy=datasets.policy,
        depth=depth,
        known=datasets.effective,
    )
    return json_answer({"catalogue": state.version(), **found.model_dump(mode="json")})


def list_thresholds(request: Request) -> Response:
    """List the compute thresholds with their status on a day, today in UTC where none is given."""
    asked = request.query_params
    for name in asked:
        if name not in ("as_of", "jurisdiction"):
            raise BadInput(f"'{name}' is not an option here", "query string", "use as_of, jurisdiction")
    day = read_day(asked["as_of"], "option as_of") if "as_of" in asked else _today()
    found = thresholds_on(state.law().instruments, day, asked.getlist("jurisdiction"))
    rows = [one.model_dump(mode="json") for one in found]
    return json_answer({"as_of": day, "catalogue": state.version(), "instruments": rows})


def judge_scenario(request: Request) -> Response:
    """Judge a training history under every compute threshold."""
    if media_type_of(request) != "application/json":
        # Also what keeps other sites' forms from setting this server to work.
        return problem(415, "the body is not marked as JSON", "header Content-Type", "send application/json")
    asked, law = read_request(body_text(request)), state.law()
    day = asked.as_of or _today()
    question = (asked.history, law.instruments, law.rules, day, asked.draws, asked.seed)
    result = assess_scenario(*question).model_dump(mode="json")
    table = (
        what_if_table(*question, {key: {} for key in asked.what_ifs}).model_dump(mode="json")
        if asked.what_ifs
        else None
    )
    return json_answer({"catalogue": state.version(), **result, "what_ifs": table})


def check_consent(request: Request) -> Response:
    """Tell whether agents may fetch addresses by RFC 9309, and which rule decides; several under rows."""
    if media_type_of(request) != "application/json":
        return problem(415, "the body is not marked as JSON", "header Content-Type", "send application/json")
    refuse_options(request)
    cases, many = read_questions(body_text(request))
    rows = [found.model_dump() for found in check_cases(cases)]
    return json_answer({"rows": rows} if many else rows[0])


def describe(request: Request) -> Response:
    """Describe this API."""
    return json_answer(openapi())


def no_route(request: Request) -> Response:
    """Answer what no route answers; without this the page would, with status 200."""
    path = request.url.path
    offered = {method for route in ROUTES[:-1] if route.path_regex.match(path) for method in route.methods or ()}
    if offered and request.method not in offered:
        allowed = ", ".join(sorted(offered))
        fix = f"use {' or '.join(sorted(offered - {'HEAD'}))}"
        return problem(405, f"{request.method} is not offered here", path, fix, headers={"Allow": allowed})
    return problem(404, "there is nothing at this address", path, "see /api/openapi.json for what there is")


ROUTES = [
    Route("/api/health", health, methods=["GET"]),
    Route("/api/datasets", list_datasets, methods=["GET"]),
    Route("/api/datasets/{dataset_id:path}", show_dataset, methods=["GET"]),
    Route("/api/models", list_models, methods=["GET"]),
    Route("/api/models/{model_id:path}", show_model, methods=["GET"]),
    Route("/api/benchmarks", list_benchmarks, methods=["GET"]),
    Route("/api/benchmarks/{benchmark_id:path}", show_benchmark, methods=["GET"]),
    Route("/api/papers", list_papers, methods=["GET"]),
    Route("/api/papers/{paper_id:path}", show_paper, methods=["GET"]),
    Route("/api/lineage/{dataset_id:path}", show_lineage, methods=["GET"]),
    Route("/api/domains/{name}", show_domain, methods=["GET"]),
    Route("/api/thresholds", list_thresholds, methods=["GET"]),
    Route("/api/compute/scenario", judge_scenario, methods=["POST"]),
    Route("/api/consent/check", check_consent, methods=["POST"]),
    *CLAIMS,
    *LABS,
    *RATINGS,
    *RECORDS,
    *SETS,
    *TRACES,
    Route("/api/openapi.json", describe, methods=["GET"]),
    Route("/api/{rest:path}", no_route, methods=EVERY_METHOD),
]


def known_problem(request: Request, error: Exception) -> Response:
    """Answer with an error the caller can act on."""
    if not isinstance(error, TouchstoneError):
        return unknown_problem(request, error)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else None
    return problem(error.status, error.what, error.where, error.fix, error.code, headers)


def unknown_problem(request: Request, error: Exception) -> Response:
    """Answer with nothing of what went wrong inside; the server's log has it."""
    return problem(
        500, "this request failed inside", request.url.path, "report it with the time; the log has the cause"
    )


def _reading(request: Request, more: Sequence[str]) -> tuple[str, str]:
    refuse_options(request, ("snapshot", "policy", *more))
    snapshot = request.query_params.get("snapshot", "current")
    if snapshot not in SNAPSHOTS:
        raise NotFound(f"there is no snapshot '{snapshot}'", "option snapshot", f"use one of {', '.join(SNAPSHOTS)}")
    return snapshot, request.query_params.get("policy", "audit")


def _today() -> date:
    return datetime.now(UTC).date()


def _count(name: str, text: str, largest: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) > largest:
        raise BadInput(f"'{text[:40]}' is not a whole number from 0 to {largest:,}", f"option {name}", "write e.g. 50")
    return int(text)
