"""The API's routes on sets of battles, scores and predictions, and on whom languages reach; reading only."""

from __future__ import annotations

import dataclasses

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import json_answer, refuse_options
from app.components import state
from app.openapi_parts import FORMATS
from governance.catalogue.selection import choice
from governance.errors import BadInput, NotFound
from governance.evaluation.formats.sets import evaluation_sets, exported_rows
from governance.evaluation.groups.reach import people_reached
from governance.evaluation.vocabulary import FORMATS as SET_FORMATS
from governance.exports.tables import csv_of, jsonl_of


def list_sets(request: Request) -> Response:
    """List the sets, shipped, imported and the user's own."""
    refuse_options(request, ("format",))
    asked = request.query_params.get("format")
    kind = None if asked is None else choice(asked, SET_FORMATS, "option format")
    cards = evaluation_sets(state.cursor(), kind, state.workbench())
    return json_answer({"catalogue": state.version(), "rows": [dataclasses.asdict(card) for card in cards]})


def show_set(request: Request) -> Response:
    """Give what is known of a set and how many rows state each column; its rows as CSV or JSON lines."""
    refuse_options(request, ("as",))
    asked = choice(request.query_params.get("as", "json"), FORMATS, "option as")
    set_id = request.path_params["set_id"]
    card = next((one for one in state.set_cards() if one.id == set_id), None)
    if card is None:
        raise NotFound(f"there is no set '{set_id:.80}'", "evaluation sets", "see /api/sets")
    opened = state.opened_set(card)
    if asked == "json":
        rows = opened.frame.height
        filled = {name: rows - opened.frame[name].null_count() for name in opened.frame.columns}
        return json_answer({"catalogue": state.version(), **dataclasses.asdict(card), "filled": filled})
    frame = exported_rows(opened)
    if asked == "csv":
        return Response(csv_of(frame), media_type="text/csv; charset=utf-8")
    return Response(jsonl_of(frame), media_type="application/x-ndjson")


def show_reach(request: Request) -> Response:
    """Bound the share of people whom a list of languages reaches, with languages, regions and countries."""
    refuse_options(request, ("languages",))
    stated = [one for text in request.query_params.getlist("languages") for one in text.split(",") if one.strip()]
    if not stated:
        raise BadInput("no language is named", "option languages", "write e.g. languages=eng,fra")
    found = people_reached(state.cursor(), stated)
    return json_answer({"catalogue": state.version(), **found.model_dump(mode="json")})


ROUTES = [
    Route("/api/reach", show_reach, methods=["GET"]),
    Route("/api/sets", list_sets, methods=["GET"]),
    Route("/api/sets/{set_id:path}", show_set, methods=["GET"]),
]
