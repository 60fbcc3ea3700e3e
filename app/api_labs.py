"""The API's routes on labs: what there is, and a lab's answer from its example, a set that is here, or a file sent."""

from __future__ import annotations

import hashlib

from anyio import from_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import json_answer, media_type_of, problem, refuse_options
from app.components import state
from governance.cli_output import to_plain
from governance.errors import BadInput, NotFound
from governance.research.labs.lab import Lab, LabResult
from governance.research.labs.reading import read_lab_bytes, read_settings, template
from governance.research.labs.registry import LABS, find_lab, run_lab
from governance.research.labs.report import lab_card, lab_document

TYPES = ("text/csv", "application/json")
PREFIX = "set-"
"""Before the name of a setting, as in the address of the page."""
EXAMPLE = "example"
MOST_SEED = 10**9


def list_labs(request: Request) -> Response:
    """List the labs; where one is named, give its answer from its example, a set that is here, or settings alone."""
    if "lab" not in request.query_params:
        refuse_options(request)
        return json_answer({"catalogue": state.version(), "rows": [lab_card(one) for one in LABS.values()]})
    lab = find_lab(request.query_params["lab"])
    settings, seed = _asked(request, lab, ("data",))
    data = request.query_params.get("data")
    if lab.source == "settings":
        if data is not None:
            raise BadInput("it reads no data", f"lab {lab.name}", "leave the parameter data out")
        return _answer(
            lab, run_lab(lab.name, None, settings, seed=seed, connection=state.cursor()), settings, "settings"
        )
    if data is None:
        fix = f"use {EXAMPLE}, the id of a set, or POST a file"
        raise BadInput("no data are named", "parameter data", fix)
    if data == EXAMPLE:
        found = run_lab(lab.name, None, settings, seed=seed, connection=state.cursor())
        return _answer(lab, found, settings, "made here", state.version(), "CC0-1.0")
    cards = {} if lab.source == "table" else {card.id: card for card in state.set_cards(lab.source)}
    if data not in cards:
        fix = f"use {', '.join((EXAMPLE, *cards))}, or POST a file"
        raise NotFound(f"there is no set '{data:.80}' for this lab", "parameter data", fix)
    opened = state.opened_set(cards[data])
    found = run_lab(lab.name, opened.frame, settings, seed=seed, connection=state.cursor(), where=data)
    return _answer(lab, found, settings, opened.card.source, opened.card.version, opened.card.licence)


def show_lab(request: Request) -> Response:
    """Give what a lab is: its columns, its settings, and its template as CSV."""
    refuse_options(request)
    lab = find_lab(request.path_params["name"])
    return json_answer({"catalogue": state.version(), **lab_card(lab), "template": template(lab) or None})


def run_sent(request: Request) -> Response:
    """Give a lab's answer from the rows in the body, CSV or JSON."""
    if media_type_of(request) not in TYPES:
        # Also what keeps other sites' forms from setting this server to work.
        return problem(415, "the body is neither CSV nor JSON", "header Content-Type", f"send {' or '.join(TYPES)}")
    if "lab" not in request.query_params:
        raise BadInput("no lab is named", "parameter lab", "see /api/labs for what there is")
    lab = find_lab(request.query_params["lab"])
    settings, seed = _asked(request, lab, ("map",))
    body = from_thread.run(request.body)
    rows = read_lab_bytes(lab, body, "body", mapping=_mapping(request))
    found = run_lab(lab.name, rows, settings, seed=seed, connection=state.cursor(), where="body")
    return _answer(lab, found, settings, "body", f"sha256 {hashlib.sha256(body).hexdigest()}")


def _answer(
    lab: Lab, found: LabResult, settings: dict[str, str], source: str, version: str | None = None, licence: str = ""
) -> Response:
    document = lab_document(lab, found, read_settings(lab, settings))
    about = {"source": source, "version": version or state.version(), "licence": licence or None}
    return json_answer({"catalogue": state.version(), **to_plain({**document, **about})})


def _asked(request: Request, lab: Lab, more: tuple[str, ...]) -> tuple[dict[str, str], int]:
    """Read the settings and the seed; nothing else may be asked, and nothing twice but mappings."""
    refuse_options(request, ("lab", "seed", *more, *(f"{PREFIX}{one.name}" for one in lab.settings)))
    asked = request.query_params
    for name in asked:
        if name != "map" and len(asked.getlist(name)) > 1:
            raise BadInput(f"'{name}' is given twice", "query string", "give it once")
    seed = asked.get("seed", "0")
    if not (seed.isascii() and seed.isdigit() and len(seed) < 11 and int(seed) <= MOST_SEED):
        raise BadInput(f"'{seed:.20}' is no seed", "parameter seed", f"use 0 to {MOST_SEED:,}")
    settings = {name.removeprefix(PREFIX): asked[name] for name in asked if name.startswith(PREFIX)}
    read_settings(lab, settings)
    return settings, int(seed)


def _mapping(request: Request) -> dict[str, str]:
    found = {}
    for text in request.query_params.getlist("map"):
        ours, equals, theirs = text.partition("=")
        if not equals or not ours.strip():
            raise BadInput(f"'{text:.60}' maps nothing", "parameter map", "write OURS=THEIRS, or OURS==TEXT")
        found[ours.strip()] = theirs.strip()
    return found


ROUTES = [
    Route("/api/labs", list_labs, methods=["GET"]),
    Route("/api/labs", run_sent, methods=["POST"]),
    Route("/api/labs/{name}", show_lab, methods=["GET"]),
]
