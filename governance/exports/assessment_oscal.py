"""An assessment as OSCAL assessment results: observations, evidence and signatures, and no verdict.

OSCAL's findings say "satisfied" or "not satisfied". An assessment here says neither, so it is written as observations;
items that nobody looked at are excluded controls, so that they cannot be read as passed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from governance.exports.assessment_report import AssessmentReport, ReportedItem
from governance.exports.assessment_words import evidence_place, person, words
from governance.exports.memo_formats import markdown_text
from governance.exports.words import one_line, web_link

OSCAL_VERSION = "1.2.1"
NAMESPACE = "https://touchstone.invalid/ns/oscal"
"""Of our properties; an address that cannot resolve, since none is published."""
NO_VERDICT = "Observations only: this assessment gives no verdict on the system."
_FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_METHODS = {"found": "TEST", "none_found": "TEST", "not_applicable": "EXAMINE"}

Json = dict[str, Any]


def assessment_oscal(report: AssessmentReport) -> bytes:
    """Write the report as OSCAL JSON; ids derive from ours, so that the same report gives the same bytes."""
    signers = {one.by: one.name for one in report.assessment.signatures}
    made = {
        "assessment-results": {
            "uuid": _uuid(report, "results", str(report.revision), report.audit.hash),
            "metadata": _metadata(report, signers),
            "import-ap": {"href": f"#{_uuid(report, 'form')}", "remarks": "The form stands in the place of a plan."},
            "results": [_result(report, signers)],
            "back-matter": {"resources": [_form(report), *_resources(report)]},
        }
    }
    return (json.dumps(made, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _metadata(report: AssessmentReport, signers: dict[str, str]) -> Json:
    metadata: Json = {
        "title": _markup(report.title),
        "last-modified": _time(report.made_at),
        "version": f"{report.assessment.number}.{report.revision}",
        "oscal-version": OSCAL_VERSION,
        "props": list(
            _props(
                ("state", report.assessment.state),
                ("form-version", report.assessment.framework),
                ("catalogue-version", report.catalogue),
                ("audit-rows", str(report.audit.rows)),
                ("audit-head", report.audit.hash),
                ("example", "yes" if report.system.example else ""),
                ("imported-file", report.origin.file if report.origin else ""),
            )
        ),
    }
    if signers:
        metadata["roles"] = [{"id": "approver", "title": "Approver"}]
        metadata["parties"] = [
            {"uuid": _uuid(report, "person", by), "type": "person", "name": _string(name)}
            for by, name in signers.items()
        ]
        people = [_uuid(report, "person", by) for by in signers]
        metadata["responsible-parties"] = [{"role-id": "approver", "party-uuids": people}]
    return metadata | {"remarks": NO_VERDICT}


def _result(report: AssessmentReport, signers: dict[str, str]) -> Json:
    looked_at = [item for item in report.items if _looked_at(item)]
    selection: Json = {"description": f"The items of the {words(report.assessment.form)} form."}
    for name, items in (
        ("include-controls", looked_at),
        ("exclude-controls", [item for item in report.items if not _looked_at(item)]),
    ):
        if items:
            selection[name] = [{"control-id": _token(item.id)} for item in items]
    result: Json = {
        "uuid": _uuid(report, "result"),
        "title": _markup(report.title),
        "description": _markup(f"State: {words(report.assessment.state)}. {NO_VERDICT}"),
        "start": _time(report.made_at),
        "props": list(_props(("system", report.system.id), ("system-version", report.assessment.system_version))),
        "reviewed-controls": {"control-selections": [selection]},
    }
    if signers:
        result["attestations"] = [_attestation(report, by) for by in signers]
    seen = [*(_observation(report, item) for item in looked_at), *_opinions(report)]
    if seen:
        result["observations"] = seen
    if report.open_items:
        said = (f"{one.kind}, {one.item or 'all'}: {one.words}" for one in report.open_items)
        lines = [f"- {markdown_text(text)}" for text in said]
        result["remarks"] = "Open items:\n\n" + "\n".join(lines)
    return result


def _looked_at(item: ReportedItem) -> bool:
    return item.answer is not None and item.status != "not_assessed"


def _observation(report: AssessmentReport, item: ReportedItem) -> Json:
    status = item.status or ("incomplete" if item.missing else "filled")
    lines = [f"- {markdown_text(label)}: {markdown_text(text)}" for label, text in item.rows]
    made: Json = {
        "uuid": _uuid(report, "item", item.id),
        "title": _markup(f"{item.id} {item.title}"),
        "description": "\n".join([_markup(item.question or item.title), "", *lines]),
        "props": list(_props(("item", item.id), ("status", status))),
        "methods": [_METHODS.get(item.status or "", "EXAMINE")],
        "collected": _time(report.made_at),
    }
    known = {one.evidence.id: one.evidence for one in report.evidence}
    named = [known[name] for name in item.evidence if name in known]
    if named:
        made["relevant-evidence"] = [
            {"href": f"#{_uuid(report, 'evidence', one.id)}", "description": _markup(one.title)} for one in named
        ]
    return made


def _opinions(report: AssessmentReport) -> Iterator[Json]:
    for one in report.opinions:
        said = f"{one.remark.opinion}: {one.remark.text}" if one.remark.text else str(one.remark.opinion)
        yield {
            "uuid": _uuid(report, "opinion", one.id),
            "title": _markup(f"Opinion of {person(one.by)} on {one.remark.item or 'the whole assessment'}"),
            "description": _markup(said),
            "props": list(_props(("opinion", one.remark.opinion or ""), ("item", one.remark.item))),
            "methods": ["EXAMINE"],
            "collected": _time(one.at),
        }


def _attestation(report: AssessmentReport, by: str) -> Json:
    signed = [one for one in report.assessment.signatures if one.by == by]
    parts = [
        {
            "name": "signature",
            "ns": NAMESPACE,
            "prose": _markup(f"Signed by {one.name} at {_time(one.at)}, SHA-256 of what was signed: {one.digest}"),
            "props": list(_props(("identity-proven", "yes" if one.proven and not report.origin else "no"))),
        }
        for one in signed
    ]
    return {
        "responsible-parties": [{"role-id": "approver", "party-uuids": [_uuid(report, "person", by)]}],
        "parts": parts,
    }


def _form(report: AssessmentReport) -> Json:
    return {
        "uuid": _uuid(report, "form"),
        "title": _markup(f"{words(report.assessment.form).capitalize()} form, version {report.assessment.framework}"),
        "description": "The items that were asked; each observation repeats its own.",
    }


def _resources(report: AssessmentReport) -> Iterator[Json]:
    for one in report.evidence:
        kept = one.evidence
        made: Json = {
            "uuid": _uuid(report, "evidence", kept.id),
            "title": _markup(kept.title),
            "description": _markup(f"{evidence_place(kept)}. {kept.summary}"),
            "props": list(
                _props(
                    ("evidence", kept.id),
                    ("kind", kept.kind),
                    ("record-sha256", one.digest),
                    ("file-sha256", kept.sha256),
                    ("party", kept.party or ""),
                    ("effective", str(kept.effective or "")),
                    ("added", one.added.date().isoformat()),
                    ("stale", "yes" if one.stale else "no"),
                )
            ),
        }
        url = web_link(kept.url)
        if url:
            made["rlinks"] = [{"href": url}]
        yield made


def _props(*pairs: tuple[str, str]) -> Iterator[Json]:
    for name, value in pairs:
        if one_line(value):
            yield {"name": name, "ns": NAMESPACE, "value": _string(value)}


def _uuid(report: AssessmentReport, *names: str) -> str:
    return str(uuid.uuid5(_FAMILY, json.dumps([report.assessment.id, *names], ensure_ascii=False)))


def _string(text: str) -> str:
    return one_line(text) or "unnamed"


def _markup(text: str) -> str:
    return markdown_text(text) or "unnamed"


def _token(name: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign in ".-_" else "-" for sign in name)
    return kept if kept[:1].isalpha() else f"_{kept}"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
