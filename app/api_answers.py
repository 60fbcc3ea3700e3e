"""How the API answers: JSON with nothing rounded, problems as RFC 9457, options that are not offered refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from anyio import from_thread
from starlette.requests import Request
from starlette.responses import Response

from governance.errors import BadInput


class TooLarge(BadInput):
    """The body has more bytes than are taken here."""

    code = "bad_input"
    status = 413


def json_answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with one JSON document."""
    return Response(_dump(value), status, headers, "application/json")


def problem(
    status: int, what: str, where: str, fix: str, code: str = "error", headers: dict[str, str] | None = None
) -> Response:
    """Write an error as RFC 9457 has it, with our three parts beside it."""
    body = {"type": "about:blank", "title": what, "status": status, "detail": f"{what} ({where}). {fix}"}
    return Response(
        _dump({**body, "error": code, "what": what, "where": where, "fix": fix}),
        status,
        headers,
        "application/problem+json",
    )


def refuse_options(request: Request, allowed: Sequence[str] = ()) -> None:
    """Refuse a query that asks for something else than is offered.

    Raises:
        BadInput: It does.
    """
    for name in request.query_params:
        if name not in allowed:
            fix = f"use {', '.join(allowed)}" if allowed else "leave it out"
            raise BadInput(f"'{name}' is not an option here", "query string", fix)


def media_type_of(request: Request) -> str:
    """Give what the request says its body is, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def body_text(request: Request) -> str:
    """Read the whole body as UTF-8.

    Raises:
        BadInput: It is not.
    """
    try:
        return from_thread.run(request.body).decode()
    except ValueError as error:
        raise BadInput("the body is not UTF-8", "body", "send JSON in UTF-8") from error


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
