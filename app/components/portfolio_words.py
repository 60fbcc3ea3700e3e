"""What the portfolio says in words."""

from __future__ import annotations

from app.components.frame import number
from governance.assessment.portfolio import Portfolio, Show
from governance.assessment.standing import Due, Part
from governance.assessment.vocabulary import State

STATE_WORDS: dict[State, str] = {
    "draft": "draft", "in_review": "in review", "signed": "signed", "superseded": "superseded",
    "withdrawn": "withdrawn",
}  # fmt: skip
SHOW_LABELS: dict[Show, str] = {
    "all": "All systems", "stale": "Something out of date", "due": "A review is due soon or passed",
    "none": "Not started", "draft": "In draft", "in_review": "In review", "signed": "Signed",
}  # fmt: skip


def answer(found: Portfolio) -> str:
    """Answer the page's question in one line.

    Args:
        found: All systems.
    """
    total = len(found.standings)
    if not total:
        return "**Nothing yet.** Add a system; a name is enough."
    states = found.states()
    named: dict[State, str] = {"signed": "signed", "in_review": "in review", "draft": "in draft"}
    told = [f"{number(states[state])} {word}" for state, word in named.items() if states[state]]
    without = sum("social_impact" not in one.parts for one in found.standings)
    told += [f"{number(without)} not started"] if without else []
    stale = sum(bool(one.flags) for one in found.standings)
    said = f"**{number(total)} {'system' if total == 1 else 'systems'}**: {', '.join(told)}."
    if not stale:
        return f"{said} Nothing is out of date."
    return f"{said} **{number(stale)}** {'has' if stale == 1 else 'have'} something out of date."


def part_words(part: Part | None) -> str:
    """Say where an assessment stands.

    >>> part_words(None)
    'not started'
    """
    if part is None:
        return "not started"
    one = part.assessment
    words = STATE_WORDS[one.state]
    if one.state == "signed":
        words += f" {one.signatures[-1].at:%Y-%m-%d}" if one.signatures else ""
    elif part.signed is not None:
        words += f" (signed {part.signed[0]} for {part.signed[1] or 'no stated version'})"
    return words


def due_words(due: Due) -> str:
    """Say when a review is due, as seen from today."""
    if due.days < 0:
        return f"{due.day}, {-due.days} {'day' if due.days == -1 else 'days'} ago"
    return f"{due.day}, {'today' if due.days == 0 else 'tomorrow' if due.days == 1 else f'in {due.days} days'}"
