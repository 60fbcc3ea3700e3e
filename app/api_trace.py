"""The API's route on what rests on what, across all records; reading only."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import refuse_options
from app.components import state
from app.components.trace_state import trace_graph
from governance.catalogue.selection import choice
from governance.errors import BadInput
from governance.exports.trace_files import MEDIA_TYPES, TRACE_FORMATS, render_trace
from governance.research.trace import MAX_DEPTH, path_between, trace, what_falls
from governance.research.trace_found import Direction, Falls, Path, Trace
from governance.research.trace_graph import read_key
from governance.research.trace_vocabulary import TRACE_KINDS

VIEWS = ("trace", "falls", "path")


def show_trace(request: Request) -> Response:
    """Give what a record rests on and what rests on it, what falls with it, or the way to another record."""
    asked = request.query_params
    view = choice(asked.get("view", "path" if "to" in asked else "trace"), VIEWS, "option view")
    refuse_options(request, ("view", "to", "format", *(("direction", "depth", "only") if view == "trace" else ())))
    format = choice(asked.get("format", "json"), TRACE_FORMATS, "option format")
    way: Direction = choice(asked.get("direction", "both"), get_args(Direction), "option direction")
    kinds = [choice(one, TRACE_KINDS, "option only") for one in asked.getlist("only")]
    kind, record_id = request.path_params["kind"], request.path_params["record_id"]
    if (view == "path") != ("to" in asked):
        raise BadInput("a path needs two ends, another view one", "query string", "use to=KIND:ID with view=path")
    graph = trace_graph()
    found: Trace | Path | Falls
    if view == "falls":
        found = what_falls(graph, kind, record_id)
    elif view == "path":
        found = path_between(graph, (kind, record_id), read_key(asked["to"]))
    else:
        found = trace(state.cursor(), None, kind, record_id, way, _depth(asked.get("depth")), kinds, known=graph)
    return Response(render_trace(found, format), media_type=f"{MEDIA_TYPES[format]}; charset=utf-8")


def _depth(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) > MAX_DEPTH:
        raise BadInput(f"'{text[:40]}' is not a whole number from 0 to {MAX_DEPTH:,}", "option depth", "write e.g. 3")
    return int(text)


ROUTES = [Route("/api/trace/{kind}/{record_id:path}", show_trace, methods=["GET"])]
