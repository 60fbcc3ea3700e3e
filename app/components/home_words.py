"""What Home says of the ledger, in one line."""

from __future__ import annotations

from app.components.claim_words import counted_words
from governance.research.ledger_state import LedgerState
from governance.research.vocabulary import STATUSES


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
    parts = [counted_words(status, count) for status in STATUSES if (count := found.statuses.get(status, 0))]
    parts[0] = f"**{parts[0]}**"
    return f"Of **{found.numbers} published numbers** of {found.papers} papers: {', '.join(parts)}"
