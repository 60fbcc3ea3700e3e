"""Claims in words: quantities with their unit, statuses with their meaning, and the answer of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.components.frame import number
from app.theme import BADGE, Meaning
from governance.research.claim_types import Replication
from governance.research.claims import LedgerRow, basis_of, status_counts
from governance.research.replications.run import Change
from governance.research.vocabulary import BASES, COMPUTED, STATUSES, Basis, Comparator, Ground, Status, Unit

STATUS_WORDS: dict[Status, str] = {
    "reproduced": "reproduced",
    "within_tolerance": "within tolerance",
    "differs": "differs",
    "simulated": "simulated",
    "data_not_public": "data not public",
    "not_attempted": "not attempted",
}
STATUS_MEANING: dict[Status, Meaning] = {
    "reproduced": "good",
    "within_tolerance": "strict",
    "differs": "stop",
    "simulated": "caution",
    "data_not_public": "unknown",
    "not_attempted": "unknown",
}
STATUS_HELP: dict[Status, str] = {
    "reproduced": "computed from real data: equal at the printed precision, or the inequality holds",
    "within_tolerance": "computed from real data: inside the tolerance that is stated",
    "differs": "computed from real data: outside the tolerance; the reason says why",
    "simulated": "worked out for generated or recalled inputs: never a reproduction",
    "data_not_public": "the rows behind it are not public, as far as we know",
    "not_attempted": "nothing is computed; the reason says what it would take",
}
BASIS_WORDS: dict[Basis, str] = {
    "rows": "rows of data, counted or measured",
    "stated": "one figure that a record states",
    "form": "parts of a form of ours",
}
GROUND_WORDS: dict[Ground, str] = {
    "rows_not_public": "rows not public",
    "needs_training": "models would have to be trained",
    "needs_runs": "models would have to be run",
    "needs_people": "people would have to judge",
    "study_design": "tells how the study was set up",
    "not_in_data": "not among the facts here",
    "position": "a position or advice",
    "shown_here": "a page shows it",
}
SIGNS: dict[Comparator, str] = {"=": "", "up_to": "up to ", ">=": "≥ ", "<=": "≤ ", "~": "about "}
SUFFIXES: dict[Unit, str] = {
    "count": "", "%": " %", "parameters": "", "x": " times", "points": " points", "years": " years",
    "percentile": "th percentile",
}  # fmt: skip
PLURALS: tuple[Unit, ...] = ("points", "years")
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def quantity(value: float | None, unit: Unit | None, comparator: Comparator | None = None) -> str:
    """Write a number with its unit, and how it is claimed.

    >>> quantity(54.0, "%", "up_to"), quantity(3.23e10, "parameters"), quantity(1858.0, "count", ">=")
    ('up to 54 %', '32.3 billion', '≥ 1\u202f858')
    >>> quantity(1.0, "years"), quantity(2.0, "years")
    ('1 year', '2 years')
    >>> quantity(None, "%")
    ''
    """
    if value is None or unit is None:
        return ""
    sign = SIGNS[comparator] if comparator else ""
    if unit in ("parameters", "count") and value >= 1e6:
        scale, word = next(one for one in SCALES if value >= one[0])
        return f"{sign}{value / scale:.4g} {word}"
    shown = number(value) if value == round(value) else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    suffix = SUFFIXES[unit]
    return f"{sign}{shown}{suffix.removesuffix('s') if value == 1 and unit in PLURALS else suffix}"


def change_words(change: Change, row: LedgerRow) -> str:
    """Say what a field was and what it is, in the unit of the claim."""
    unit = row.replication.unit if row.replication else None

    def said(value: float | str | None) -> str:
        if change.field == "status":
            return STATUS_WORDS[value] if value in STATUS_WORDS else str(value)
        if value is None or isinstance(value, str):
            return "none"
        return number(value) if change.field == "n" else quantity(value, unit)

    return f"{change.field} {said(change.before)}, now {said(change.now)}"


def status_badge(status: Status) -> str:
    """Write a status as a Markdown badge in its colour."""
    return f":{BADGE[STATUS_MEANING[status]]}-badge[{STATUS_WORDS[status]}]"


def ledger_answer(rows: Sequence[LedgerRow]) -> str:
    """Say how many were checked and what came of it, on what that rests, and the rest by status."""
    if not rows:
        return "**No claim** meets every filter"
    found = Counter(basis_of(row) for row in rows)
    rests = [f"{BASIS_WORDS[basis]}: {number(found[basis])}" for basis in BASES if found[basis]]
    answer = counts_answer(status_counts(rows))
    return f"{answer}  \n:small[Resting on {' · '.join(rests)}]" if rests else answer


def counts_answer(counts: Mapping[Status, int]) -> str:
    """Say of claims counted by status how many were checked, and what came of it.

    >>> counts_answer({"reproduced": 2, "differs": 1, "not_attempted": 4})
    '**3 of 7** checked against real data: 2 reproduced, 1 differs · 4 not attempted'
    """
    kept = {status: counts[status] for status in STATUSES if counts.get(status)}
    came = ", ".join(f"{counted_words(status, kept[status])}" for status in COMPUTED if status in kept)
    rest = [
        f"{number(count)} {'without public data' if status == 'data_not_public' else STATUS_WORDS[status]}"
        for status, count in kept.items()
        if status not in COMPUTED
    ]
    computed = sum(count for status, count in kept.items() if status in COMPUTED)
    first = f"**{number(computed)} of {number(sum(kept.values()))}** checked against real data"
    return " · ".join([f"{first}: {came}" if came else first, *rest])


def counted_words(status: Status, count: int) -> str:
    """Write how many claims have a status.

    >>> counted_words("differs", 1), counted_words("differs", 6)
    ('1 differs', '6 differ')
    """
    return f"{number(count)} {'differ' if status == 'differs' and count != 1 else STATUS_WORDS[status]}"


def heading_words(text: str) -> str:
    """Write a claim as a heading: with a capital, without the full stop.

    >>> heading_words("share of weights updated.")
    'Share of weights updated'
    """
    return f"{text[:1].upper()}{text[1:]}".rstrip(".")


def row_answer(row: LedgerRow) -> str:
    """Say in one line what stands beside a claim now."""
    found = row.replication
    badge = status_badge(row.status)
    if found is None or found.computed is None:
        why = f": {GROUND_WORDS[row.ground]}" if row.ground else ""
        said = f" · published {quantity(row.claim.published, row.claim.unit, row.claim.comparator)}"
        return f"{badge} **nothing is computed**{why}{said if row.claim.published is not None else ''}"
    interval = ""
    if found.low is not None and found.high is not None:
        word = "bounds" if found.bounds else "95%"
        interval = f" ({word}: {quantity(found.low, found.unit)} to {quantity(found.high, found.unit)})"
    middle = f", median {quantity(found.median, found.unit)}" if found.median is not None else ""
    holds = ", which the interval holds" if row.status == "differs" and _holds(found) else ""
    beside = "published" if found.published is not None else "our reading"
    return (
        f"{badge} computed now **{quantity(found.computed, found.unit)}**{interval}{middle} · {beside} "
        f"{quantity(found.expected, found.unit, found.comparator)}{holds}"
    )


def _holds(found: Replication) -> bool:
    return found.low is not None and found.high is not None and found.low <= found.expected <= found.high
