"""The API's routes that rate models: from a set that is here, or from battles that are sent."""

from __future__ import annotations

from anyio import from_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import json_answer, media_type_of, problem
from app.components import state
from governance.errors import BadInput, NotFound
from governance.evaluation.formats.check import check_bytes
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.ratings.request import RatingRequest, rate_as_asked, read_rating_request

TYPES = ("text/csv", "application/json")
MOST_WORK = 5e10
"""Resamples times models³ that one request may cost; about a minute."""


def rate_set(request: Request) -> Response:
    """Rate the models of a set that is here."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "set"]
    return _rated(_here(request.query_params.get("set")), read_rating_request(pairs))


def rate_sent(request: Request) -> Response:
    """Rate the models of battles in the body, CSV or JSON rows."""
    if media_type_of(request) not in TYPES:
        # Also what keeps other sites' forms from setting this server to work.
        return problem(415, "the body is neither CSV nor JSON", "header Content-Type", f"send {' or '.join(TYPES)}")
    asked = read_rating_request(request.query_params.multi_items())
    return _rated(_sent(from_thread.run(request.body)), asked)


def _rated(opened: EvaluationSet, asked: RatingRequest) -> Response:
    models = len({*opened.frame["model_a"].unique(), *opened.frame["model_b"].unique()})
    if asked.interval != "none" and asked.resamples * models**3 > MOST_WORK:
        raise BadInput(f"{asked.resamples:,} resamples of {models:,} models", "parameter resamples",
                       "ask for fewer, or run 'touchstone rate' yourself")  # fmt: skip
    return json_answer({"set": _card(opened.card), **rate_as_asked(opened.frame, asked).as_dict()})


def _sent(body: bytes) -> EvaluationSet:
    checked = check_bytes(body, "body", "battles")
    report = checked.report
    if report.bad:
        first = report.rows[0]
        raise BadInput(f"{report.bad:,} of {report.read:,} rows are bad; {first.detail}", f"body, line {first.line}",
                       "mend or leave out these rows")  # fmt: skip
    if report.stops:
        raise BadInput(report.stops[0].detail, "body", "see 'touchstone validate'")
    card = SetCard(id="body", title="Battles sent", format="battles", rows=report.good, source="", licence="",
                   version="body", origin="user")  # fmt: skip
    return EvaluationSet(card, checked.frame)


def _here(name: str | None) -> EvaluationSet:
    cards = {card.id: card for card in state.set_cards("battles")}
    if name is None:
        raise BadInput("no set is named", "parameter set", f"use one of {', '.join(cards)}")
    if name not in cards:
        raise NotFound(f"there is no set '{name:.80}' of battles", "parameter set", f"use one of {', '.join(cards)}")
    return state.opened_set(cards[name])


def _card(card: SetCard) -> dict[str, object]:
    return {name: getattr(card, name) for name in ("id", "title", "rows", "source", "licence", "version", "people")}


ROUTES = [
    Route("/api/rate", rate_set, methods=["GET"]),
    Route("/api/rate", rate_sent, methods=["POST"]),
]
