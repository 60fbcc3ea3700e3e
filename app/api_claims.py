"""The API's routes on claims; reading only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api_answers import json_answer, refuse_options
from app.components import state
from governance.research.claims import ledger, ledger_row, select_rows, status_counts

FILTERS = ("status", "paper", "theme", "unit", "kind", "basis")


def list_claims(request: Request) -> Response:
    """List claims with what stands beside each now; what is not computed yet is computed first."""
    refuse_options(request, (*FILTERS, "text"))
    asked = {name: request.query_params.getlist(name) for name in FILTERS}
    rows = select_rows(
        ledger(state.cursor()), statuses=asked["status"], papers=asked["paper"], themes=asked["theme"],
        units=asked["unit"], kinds=asked["kind"], bases=asked["basis"], text=request.query_params.get("text", ""),
    )  # fmt: skip
    return json_answer({
        "catalogue": state.version(), "total": len(rows), "statuses": status_counts(rows),
        "rows": [row.model_dump(mode="json") for row in rows],
    })  # fmt: skip


def show_claim(request: Request) -> Response:
    """Give one claim with what is computed for it and why."""
    refuse_options(request)
    claim_id = f"{request.path_params['paper']}/{request.path_params['name']}"
    row = ledger_row(ledger(state.cursor()), claim_id)
    return json_answer({"catalogue": state.version(), **row.model_dump(mode="json")})


ROUTES = [
    Route("/api/claims", list_claims, methods=["GET"]),
    Route("/api/claims/{paper}/{name}", show_claim, methods=["GET"]),
]
