"""Where each run of a history stands in a picture: what came before at the left, the judged model at the right."""

from __future__ import annotations

from collections import deque

from pydantic import BaseModel

from governance.compute.history import History, parents_of


class Place(BaseModel, frozen=True):
    """A run's place.

    Args:
        run: Its id.
        column: Steps from the judged model along the longest way, 0 at the model itself; negative is earlier.
            A run that nothing leads to stands in the model's own column.
        row: From the middle, 0, up and down.
    """

    run: str
    column: int
    row: float


def history_places(history: History, most: int = 60) -> tuple[Place, ...]:
    """Place the runs nearest to the judged model.

    Args:
        history: The runs.
        most: Runs to place; the rest are left out.

    >>> from governance.compute.history_files import quick_history
    >>> history_places(quick_history("70B", "15T"))[0].column
    0
    """
    steps = _steps_back(history)
    near = sorted((run.id for run in history.runs), key=lambda key: (steps.get(key, 0), key != history.final, key))[
        :most
    ]
    columns: dict[int, list[str]] = {}
    for key in near:
        columns.setdefault(-steps.get(key, 0), []).append(key)
    return tuple(
        Place(run=key, column=column, row=place - (len(mine) - 1) / 2)
        for column, mine in sorted(columns.items())
        for place, key in enumerate(mine)
    )


def _steps_back(history: History) -> dict[str, int]:
    """Count the steps of the longest way from the judged model to each run behind it; there are no circles."""
    parents = parents_of(history.edges)
    behind, waiting = {history.final}, deque([history.final])
    children: dict[str, int] = {}
    while waiting:
        for edge in parents.get(waiting.popleft(), ()):
            children[edge.parent] = children.get(edge.parent, 0) + 1
            if edge.parent not in behind:
                behind.add(edge.parent)
                waiting.append(edge.parent)
    steps, ready = {history.final: 0}, deque([history.final])
    while ready:
        here = ready.popleft()
        for edge in parents.get(here, ()):
            steps[edge.parent] = max(steps.get(edge.parent, 0), steps[here] + 1)
            children[edge.parent] -= 1
            if children[edge.parent] == 0:
                ready.append(edge.parent)
    return steps
