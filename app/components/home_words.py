"""What Home says of the ledger, in one line."""

from __future__ import annotations

from governance.research.ledger_state import LedgerState
from governance.research.vocabulary import Status

STATUS_PHRASES: dict[Status, tuple[str, str]] = {
    "reproduced": ("comes out the same", "come out the same"),
    "within_tolerance": ("comes close", "come close"),
    "differs": ("differs", "differ"),
    "simulated": ("only simulated", "only simulated"),
    "data_not_public": ("rests on data that is not public", "rest on data that is not public"),
    "not_attempted": ("not attempted", "not attempted"),
}
"""What is said of one number, and of several."""


def ledger_answer(found: LedgerState) -> str:
    """Say how many published numbers were computed here, and how the others stand.

    >>> ledger_answer(LedgerState(papers=2, claims=5, numbers=3, computable=2, waiting=2, statuses={}))
    '**2 of 3 published numbers** of 2 papers can be computed here; open the claims to do so'
    """
    if not found.numbers:
        return "**No paper** is in this catalogue yet"
    if found.waiting:
        rest = "" if found.waiting == found.computable else f", {found.computable - found.waiting} of them were"
        return (
            f"**{found.computable} of {found.numbers} published numbers** of {found.papers} papers can be computed "
            f"here{rest}; open the claims to do so"
        )
    named = [(found.statuses.get(status, 0), phrases) for status, phrases in STATUS_PHRASES.items()]
    parts = [f"{number} {phrases[number != 1]}" for number, phrases in named if number]
    parts[0] = f"**{parts[0]}**"
    return f"Of **{found.numbers} published numbers** of {found.papers} papers: {', '.join(parts)}"
