"""The API's routes over what users keep: systems, assessments and evidence to read, evidence to add."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from anyio import from_thread
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import auth
from app.api_answers import TooLarge, body_text, json_answer, media_type_of, problem, refuse_options
from app.components import state
from governance.assessment.assessments import answers, assessments, get_assessment, risk_answers
from governance.assessment.citations import cited_by
from governance.assessment.evidence import (
    About,
    KeptEvidence,
    add_figure,
    add_file,
    add_link,
    add_record,
    evidence_file,
    get_evidence,
    read_about,
)
from governance.assessment.evidence_age import aged_evidence
from governance.assessment.records import Figure, Held
from governance.assessment.remarks import remarks
from governance.assessment.states import digest_of
from governance.assessment.systems import get_system, systems
from governance.errors import BadInput
from governance.records.store import Workbench

MAX_JSON = 1_000_000
ABOUT = tuple(About.model_fields)
POINTS_TO = {"link": ("url",), "record": ("record_kind", "record_id"), "figure": ("figure",)}
"""Kind of evidence to the fields that say what it is, beside those of every kind."""


def list_systems(request: Request) -> Response:
    """List the systems by name."""
    refuse_options(request)
    return json_answer({"systems": [_held(one) for one in systems(state.workbench())]})


def show_system(request: Request) -> Response:
    """Give a system, the headers of its assessments, and its evidence with its age."""
    refuse_options(request)
    bench, system_id = state.workbench(), request.path_params["system_id"]
    found = _held(get_system(bench, system_id))
    headers = [_held(one) for one in assessments(bench, system_id)]
    aged = [one.model_dump(mode="json") for one in aged_evidence(bench, state.cursor(), system_id)]
    return json_answer({**found, "assessments": headers, "evidence": aged})


def show_assessment(request: Request) -> Response:
    """Give an assessment with its answers, its remarks and what a signature would cover."""
    refuse_options(request)
    bench, assessment_id = state.workbench(), request.path_params["assessment_id"]
    header = get_assessment(bench, assessment_id)
    found: dict[str, Held[Any]] = (
        dict(risk_answers(bench, assessment_id))
        if header.record.form == "risk"
        else dict(answers(bench, assessment_id))
    )
    more = {
        "digest": digest_of(bench, assessment_id),
        "answers": {item: _held(one) for item, one in found.items()},
        "remarks": [_held(one) for one in remarks(bench, assessment_id)],
    }
    return json_answer({**_held(header), **more})


def show_evidence(request: Request) -> Response:
    """Give one piece of evidence and the answers that cite it."""
    refuse_options(request)
    bench, evidence_id = state.workbench(), request.path_params["evidence_id"]
    cited = [one.model_dump(mode="json") for one in cited_by(bench, evidence_id)]
    return json_answer({**get_evidence(bench, evidence_id).model_dump(mode="json"), "cited_by": cited})


def give_file(request: Request) -> Response:
    """Give the bytes of a kept file, to be saved and never shown."""
    refuse_options(request)
    _, content, name = evidence_file(state.workbench(), request.path_params["evidence_id"])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


def add_evidence(request: Request) -> Response:
    """Keep evidence: a link, a record or a figure as JSON, a file as the raw body; always with a token."""
    bench = auth.open_store().acting(auth.actor_of_request(request))  # before anything of the body is read
    kind = media_type_of(request)
    if kind == "application/json":
        refuse_options(request)
        kept = _from_json(bench, body_text(request))
    elif kind == "application/octet-stream":
        refuse_options(request, ("system", *ABOUT))
        said = dict(request.query_params)
        system_id = said.pop("system", "")
        kept = add_file(bench, system_id, from_thread.run(request.body), read_about(**said), datetime.now(UTC))
    else:
        fix = "send application/json, or a file as application/octet-stream"
        return problem(415, "the body is not marked as JSON or as a file", "header Content-Type", fix)
    return json_answer(kept.model_dump(mode="json"), 201, {"Location": f"/api/evidence/{kept.id}"})


ROUTES = [
    Route("/api/systems", list_systems, methods=["GET"]),
    Route("/api/systems/{system_id:path}", show_system, methods=["GET"]),
    Route("/api/assessments/{assessment_id:path}", show_assessment, methods=["GET"]),
    Route("/api/evidence/{evidence_id:path}/file", give_file, methods=["GET"]),
    Route("/api/evidence/{evidence_id:path}", show_evidence, methods=["GET"]),
    Route("/api/evidence", add_evidence, methods=["POST"]),
]


def _held(one: Held[Any]) -> dict[str, Any]:
    about = one.model_dump(mode="json", exclude={"record", "document", "parent"})
    return {**one.record.model_dump(mode="json"), **about}


def _from_json(bench: Workbench, text: str) -> KeptEvidence:
    if len(text) > MAX_JSON:
        raise TooLarge(f"the JSON has {len(text):,} characters", "body", f"use at most {MAX_JSON:,}")
    said = _object(text)
    kind = said.pop("kind", None)
    if not isinstance(kind, str) or kind not in POINTS_TO:
        fix = f"use one of {', '.join(POINTS_TO)}; send a file as the raw body"
        raise BadInput(f"'{kind!s:.40}' is no kind of evidence to send as JSON", "body, field kind", fix)
    for name in ("system", *POINTS_TO[kind]):
        if name not in said:
            raise BadInput(f"{name} is missing", "body", f"a {kind} needs system, title, {', '.join(POINTS_TO[kind])}")
    system_id = str(said.pop("system"))
    given = [said.pop(name) for name in POINTS_TO[kind]]
    about, now = read_about(**said), datetime.now(UTC)
    if kind == "link":
        return add_link(bench, system_id, str(given[0]), about, now)
    if kind == "record":
        return add_record(bench, state.cursor(), system_id, (str(given[0]), str(given[1])), about, now)
    return add_figure(bench, system_id, _figure(given[0]), about, now)


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("the body is not JSON, or nested too deep", "body", "send one JSON object") from error
    if not isinstance(said, dict):
        raise BadInput("the body is not an object", "body", "send one JSON object")
    return said


def _figure(given: object) -> Figure:
    try:
        return Figure.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, ("figure", *first["loc"])))
        raise BadInput(str(first["msg"]).lower(), where, f"use {', '.join(Figure.model_fields)}") from error
