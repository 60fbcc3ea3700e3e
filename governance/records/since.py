"""What happened in the workbench since somebody last saved something there; visits are kept nowhere."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from governance.records.store import Workbench


class Since(BaseModel, frozen=True):
    """What happened since one's own last change.

    Args:
        at: When that was, UTC; ``None``: one has changed nothing yet.
        others: Changes by others after it, a count; all of theirs where one has changed nothing.
    """

    at: datetime | None
    others: int


def since_last_change(workbench: Workbench) -> Since:
    """Tell when whoever is at work last changed something, and how much others changed after that.

    Refusals are no changes. Reading pages leaves no trace, so this knows nothing of visits.

    Args:
        workbench: The workbench, with whoever asks at work in it.

    Raises:
        NotAllowed: They may not read here.
    """
    own, others = workbench.read(
        """
        WITH last AS (SELECT max(seq) AS seq, max(utc) AS utc FROM audit WHERE actor = $1 AND action <> 'refused')
        SELECT (SELECT utc FROM last),
               (SELECT count(*) FROM audit
                WHERE actor <> $1 AND action <> 'refused' AND seq > coalesce((SELECT seq FROM last), 0))
        """,
        [workbench.actor.id],
    )[0]
    return Since(at=datetime.fromisoformat(own) if own else None, others=others)
