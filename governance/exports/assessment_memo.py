"""An assessment as a document to hand on: where it stands, who signed, what is open, each answer, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.assessment.vocabulary import STATUSES
from governance.exports.assessment_report import (
    AssessmentReport,
    ReportedCategory,
    ReportedEvidence,
    ReportedItem,
    ReportedRemark,
)
from governance.exports.assessment_words import PARTY_WORDS, evidence_place, person, words
from governance.exports.memo_blocks import Block, Heading, Memo, Paragraph, Point, Points, Table

NOT_ZERO = '"Not assessed" means that nobody looked: it counts neither as zero nor as nothing found.'
EXAMPLE = "This is a worked example, made from public facts to show the form. It is nobody's judgement of the system."
DIFFER = "Reviewers differ. Each opinion stands as it was given; none is averaged or dropped."
IMPORTED = "Imported: names and dates are those of the file, and this workbench does not vouch for them."
PLAIN = "This report states what is recorded. It is not legal advice, and it gives no verdict on the system."
NO_DATE = "not stated"
MOST_NAMES = 12


def assessment_memo(report: AssessmentReport) -> Memo:
    """Write the report of an assessment; no clock is read, so the same report gives the same bytes."""
    blocks = [
        *_notes(report),
        *_subject(report),
        *_standing(report),
        *_approvers(report),
        *_opinions(report),
        *_open_items(report),
        *_answers(report),
        *_evidence(report),
        *_remarks(report),
        *_version(report),
    ]
    return Memo(report.title, report.made_at.date(), tuple(blocks))


def _notes(report: AssessmentReport) -> Iterator[Block]:
    if report.system.example:
        yield Paragraph(EXAMPLE)
    if report.origin:
        yield Paragraph(IMPORTED)
    yield Paragraph(PLAIN)


def _subject(report: AssessmentReport) -> Iterator[Block]:
    system, header = report.system, report.assessment
    versions = "; ".join(
        f"{one.version} ({one.released or 'no date'}){f': {one.note}' if one.note else ''}" for one in system.versions
    )
    yield Heading("System", 2)
    rows = (
        ("Name", f"{system.name} ({system.id})"),
        ("Kind", system.kind),
        ("Owner", system.owner),
        ("Context", system.context),
        ("Modalities", ", ".join(system.modalities)),
        ("Versions", versions),
        ("Version assessed", header.system_version or NO_DATE),
        ("Models", _some(system.models)),
        ("Datasets", _some(system.datasets)),
    )
    yield Points(tuple(Point(label, text) for label, text in rows if text))


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f", and {more:,} more" if more > 0 else "")


def _standing(report: AssessmentReport) -> Iterator[Block]:
    header = report.assessment
    yield Heading("Where it stands", 2)
    rows = [
        ("Assessment", f"{header.id}, number {header.number}, revision {report.revision}"),
        ("State", words(header.state)),
        ("Changes", header.previous or ""),
        ("Reason", header.reason),
        ("Review by", str(header.review_by or "")),
        ("Form", f"version {header.framework}"),
    ]
    if report.framework != header.framework:
        rows.append(("Form now", f"version {report.framework}; answers keep the words they were given to"))
    yield Points(tuple(Point(label, text) for label, text in rows if text))
    if header.form == "social_impact":
        head = ("Category", *(words(status).capitalize() for status in STATUSES))
        body = [
            (f"{one.id} {one.title}", *(str(one.count(status)) for status in STATUSES)) for one in report.categories
        ]
        totals = [sum(category.count(status) for category in report.categories) for status in STATUSES]
        yield Table(head, (*body, ("All", *map(str, totals))))
        yield Paragraph(NOT_ZERO)
    else:
        rows_of = tuple((f"{one.id} {one.title}", _filled(one), str(len(one.missing))) for one in report.items)
        yield Table(("Section", "Filled in", "Required fields that are missing"), rows_of)


def _filled(item: ReportedItem) -> str:
    return "not started" if item.answer is None else "in part" if item.missing else "all that is required"


def _approvers(report: AssessmentReport) -> Iterator[Block]:
    yield Heading("Approvers", 2)
    if not report.assessment.signatures:
        yield Paragraph("Nobody has signed this assessment.")
        return
    rows = tuple(
        (one.name, f"{one.at:%Y-%m-%d %H:%M} UTC", _identity(one.proven, report), one.digest)
        for one in report.assessment.signatures
    )
    yield Table(("Name", "Date", "Identity", "SHA-256 of what was signed"), rows)


def _identity(proven: bool, report: AssessmentReport) -> str:
    if report.origin:
        return "as the imported file says; not proven here"
    return "proven by a provider" if proven else "as declared, not proven"


def _opinions(report: AssessmentReport) -> Iterator[Block]:
    if report.opinions:
        yield Heading("Opinions of reviewers", 2)
        if report.disagreement:
            yield Paragraph(DIFFER)
        rows = tuple(
            (person(one.by), f"{one.at:%Y-%m-%d}", one.remark.opinion or "", one.remark.item or "all", one.remark.text)
            for one in report.opinions
        )
        yield Table(("Reviewer", "Date", "Opinion", "Item", "Words"), rows)


def _open_items(report: AssessmentReport) -> Iterator[Block]:
    yield Heading("Open items", 2)
    if not report.open_items:
        yield Paragraph("None.")
        return
    nobody = [f"{one.item} {one.words}" for one in report.open_items if one.kind == "not assessed"]
    if nobody:
        yield Points((Point(f"Not assessed, {len(nobody)}", "; ".join(nobody)),))
    rows = tuple((one.kind, one.item or "all", one.words) for one in report.open_items if one.kind != "not assessed")
    if rows:
        yield Table(("What", "Item", "Words"), rows)


def _answers(report: AssessmentReport) -> Iterator[Block]:
    for category in report.categories:
        yield from _category(category, report.assessment.framework)


def _category(category: ReportedCategory, form: str) -> Iterator[Block]:
    yield Heading(f"{category.id} {category.title}" if category.id != "R" else category.title, 2)
    for item in category.items:
        yield Heading(f"{item.id} {item.title}", 3)
        if item.question:
            yield Paragraph(item.question)
        status = [Point("Status", words(item.status))] if item.status else []
        lacking = [Point("Missing", ", ".join(item.missing))] if item.missing else []
        older = item.answer.framework if item.answer else ""
        version = [Point("Version of the form", older)] if older not in ("", form) else []
        points = (*status, *(Point(label, text) for label, text in item.rows), *lacking, *version)
        yield Points(points) if points else Paragraph("Nothing is filled in.")


def _evidence(report: AssessmentReport) -> Iterator[Block]:
    yield Heading("Evidence", 2)
    if not report.evidence:
        yield Paragraph("The answers name no evidence.")
        return
    head = ("Evidence", "What and where", "Party", "Dates", "Age", "SHA-256")
    yield Table(head, tuple(map(_evidence_row, report.evidence)))
    yield Paragraph("The hash is the file's own where a file is kept, else that of the record.")


def _evidence_row(one: ReportedEvidence) -> tuple[str, ...]:
    kept = one.evidence
    return (
        f"{kept.title} ({kept.id})",
        evidence_place(kept) + (f". {kept.summary}" if kept.summary else ""),
        PARTY_WORDS[kept.party] if kept.party else NO_DATE,
        f"holds from: {kept.effective or NO_DATE}; added {one.added:%Y-%m-%d} by {person(one.by)}",
        ("stale: " if one.stale else "") + ("; ".join(one.flags) or "nothing newer is known"),
        kept.sha256 or one.digest,
    )


def _remarks(report: AssessmentReport) -> Iterator[Block]:
    if report.remarks:
        yield Heading("Comments and requests", 2)
        yield Table(("Who", "Date", "Kind", "Item", "Words"), tuple(map(_remark_row, report.remarks)))


def _remark_row(one: ReportedRemark) -> tuple[str, ...]:
    stands = {"request": ", met" if one.remark.resolved else ", open"}.get(one.remark.kind, "")
    return person(one.by), f"{one.at:%Y-%m-%d}", f"{one.remark.kind}{stands}", one.remark.item or "all", one.remark.text


def _version(report: AssessmentReport) -> Iterator[Block]:
    yield Heading("Version", 2)
    points = [
        Point("Made", f"{report.made_at:%Y-%m-%d %H:%M:%S} UTC"),
        Point("Catalogue", report.catalogue),
        Point("Audit head", f"{report.audit.rows:,} rows, {report.audit.hash}"),
    ]
    if report.origin:
        origin = report.origin
        points.append(Point("Imported", f"{origin.at:%Y-%m-%d} by {person(origin.by)}; file {origin.file}"))
    yield Points(tuple(points))
