"""Change what a pool of feedback says of itself, from the revision that was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from governance.consent.feedback import Pool, PoolState, pool_state, save_pool
from governance.errors import BadInput
from governance.records.store import Workbench


def edit_pool(
    workbench: Workbench, pool_id: str, changes: Mapping[str, object], now: datetime, revision: int | None = None
) -> PoolState:
    """Change some fields of a pool; votes and earlier revisions stay as they are.

    Args:
        workbench: The workbench.
        pool_id: The pool.
        changes: Fields of `Pool` with their new values; what is not named stays.
        now: When, UTC.
        revision: The one that was read; ``None`` takes the newest.

    Raises:
        BadInput: Nothing is to change, or a field is unknown or not allowed.
        Conflict: The pool changed since that revision was read.
        NotAllowed: The role does not allow it.
        NotFound: There is no such pool.
    """
    present = pool_state(workbench, pool_id)
    if not changes:
        raise BadInput("nothing is to change", f"pool {pool_id}", f"name one of {', '.join(Pool.model_fields)}")
    fields = {**present.pool.model_dump(), **changes}
    return save_pool(workbench, fields, now, pool_id, present.revision if revision is None else revision)
