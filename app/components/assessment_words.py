"""What the pages of an assessment say: states, statuses, people and moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from app.components.frame import plain
from governance.assessment.framework import Item
from governance.assessment.records import Answer, Assessment, Held
from governance.assessment.state_rules import StepName
from governance.assessment.vocabulary import Confidence, Party, State, Status

STATE_WORDS: dict[State, str] = {
    "draft": "Draft", "in_review": "In review", "signed": "Signed", "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}  # fmt: skip
STATE_COLOURS: dict[State, str] = {
    "draft": "gray", "in_review": "orange", "signed": "green", "superseded": "gray", "withdrawn": "gray",
}  # fmt: skip
STATUS_WORDS: dict[Status, str] = {
    "not_assessed": "Not assessed", "not_applicable": "Does not apply", "none_found": "None found", "found": "Found",
}  # fmt: skip
STATUS_MARKS: dict[Status, str] = {"not_assessed": "·", "not_applicable": "–", "none_found": "○", "found": "●"}
STATUS_HELP = (
    "Not assessed: nobody looked yet, which is no zero. Does not apply: say why. "
    "None found: looked, and found nothing. Found: say what."
)
PARTY_WORDS: dict[Party, str] = {"first": "Maker", "third": "Outsiders", "joint": "Jointly"}
CONFIDENCE_WORDS: dict[Confidence, str] = {"low": "Low", "medium": "Medium", "high": "High"}
STEP_WORDS: dict[StepName, str] = {
    "submit": "Submit for review", "return": "Return to draft", "sign": "Sign", "new_version": "Make a new version",
    "withdraw": "Withdraw",
}  # fmt: skip
FIELD_WORDS: dict[str, str] = {
    "status": "Status", "finding": "Finding", "reason": "Reason", "method": "Method", "groups": "Groups",
    "languages": "Languages", "metric": "Metric", "value": "Figure", "low": "Low end", "high": "High end",
    "n": "Sample size", "party": "Who looked", "level": "Reporting level", "evidence": "Evidence",
    "confidence": "Confidence", "limits": "Limits", "mitigation": "Mitigation", "owner": "Owner",
    "review_by": "Look again by", "question": "Question", "framework": "Version of the form",
}  # fmt: skip


def status_of(answers: Mapping[str, Held[Answer]], item: str) -> Status:
    """Give the status of an item; one without an answer is not assessed."""
    found = answers.get(item)
    return "not_assessed" if found is None else found.record.status


def progress(items: Collection[Item], answers: Mapping[str, Held[Answer]]) -> tuple[int, int]:
    """Count the items somebody looked at, and all that apply."""
    said = [status_of(answers, item.id) for item in items]
    return sum(one in ("found", "none_found") for one in said), sum(one != "not_applicable" for one in said)


def answer_line(system: str, header: Assessment, items: Collection[Item], answers: Mapping[str, Held[Answer]]) -> str:
    """Answer the page's question in one line."""
    done, shown = progress(items, answers)
    found = sum(status_of(answers, item.id) == "found" for item in items)
    version = f", version {plain(header.system_version)}" if header.system_version else ""
    badge = f":{STATE_COLOURS[header.state]}-badge[{STATE_WORDS[header.state]}]"
    left = len(items) - shown
    rest = f"; {left} {'does' if left == 1 else 'do'} not apply" if left else ""
    return f"{badge} **{done} of {shown} items assessed** for {plain(system)}{version}, {found} with findings{rest}."


def who(actor: str | None) -> str:
    """Name somebody by the part of their id that people know, as Markdown."""
    return plain((actor or "").partition(":")[2] or "somebody")


def when(moment: datetime) -> str:
    """Write a moment for people.

    >>> from datetime import UTC
    >>> when(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    '2026-03-04 05:06 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} UTC"
