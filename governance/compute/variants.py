"""Changes to a training history: the pieces that the what-ifs are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from governance.compute.counting import lines_of
from governance.compute.history import LONGEST_NAME, Edge, History, Run
from governance.compute.legal_vocabulary import EdgeKind, InputName
from governance.compute.quantities import Quantity, read_quantity
from governance.compute.terms import terms_of
from governance.errors import BadInput


class Variant(BaseModel, frozen=True):
    """A history after a what-if.

    Args:
        title: What was done.
        history: The result.
        note: What a reader must know beside the numbers.
    """

    title: str
    history: History
    note: str = ""


class Band(BaseModel, frozen=True):
    """A range that a what-if gives beside or instead of a history.

    Args:
        title: What it is.
        low, middle, high: In the unit.
        source: Where the range comes from.
    """

    title: str
    low: float
    middle: float
    high: float
    unit: str
    source: str


def flop_at_middle(history: History) -> float:
    """Give the operations of the judged model's own line of weights and merges, at the middles of their inputs.

    Raises:
        BadInput: No run of the line gives numbers.
    """
    lines = lines_of(history)
    own = [run for run in history.runs if lines.get(run.id, set()) & {"chain", "merged"}]
    total = math.fsum(term.at_middle() for run in own for term in terms_of(run))
    if total == 0:
        raise BadInput("no run of the model gives numbers", "history", "give parameters and tokens, or FLOP")
    return total


def main_run(history: History) -> Run:
    """Give the largest run of the judged model's own line; the last one where none gives numbers."""
    lines = lines_of(history)
    own = [run for run in history.runs if "chain" in lines.get(run.id, set())]
    last = history.run(history.final)
    return max(own, key=lambda run: (sum(term.at_middle() for term in terms_of(run)), run.id == last.id))


def scale_run(run: Run, factor: float) -> Run:
    """Make a run that many times longer; its other numbers, and what it shares, stay."""
    before = run.inputs.get("multiple")
    now = before.scaled(factor) if before else read_quantity(factor, "factor")
    return run.model_copy(update={"inputs": {**run.inputs, "multiple": now}})


def share_numbers(run: Run) -> Run:
    """Give a run whose numbers can be taken by others, to be drawn once for all; its multiple stays its own."""
    links = {name: run.shared.get(name, f"{run.id} {name}"[-LONGEST_NAME:]) for name in run.inputs}
    links.pop("multiple", None)
    return run.model_copy(update={"shared": links})


def changed(run: Run, **fields: Any) -> Run:  # noqa: ANN401 - the fields of a run
    """Give a run with some fields changed."""
    return run.model_copy(update=fields)


def with_input(run: Run, name: InputName, quantity: Quantity) -> Run:
    """Give a run with one number replaced."""
    shared = {key: value for key, value in run.shared.items() if key != name}
    return run.model_copy(update={"inputs": {**run.inputs, name: quantity}, "shared": shared})


def fresh(history: History, wanted: str) -> str:
    """Give an id that no run has, as near to the wanted one as can be."""
    taken = {run.id for run in history.runs}
    for number in range(1, len(taken) + 2):
        name = wanted[:LONGEST_NAME] if number == 1 else f"{wanted[: LONGEST_NAME - 6]} {number}"
        if name not in taken:
            return name
    raise AssertionError("one more name than runs is always free")


def add_run(history: History, run: Run, edges: Mapping[str, EdgeKind], *, final: bool = False) -> History:
    """Add a run that takes from others; edges: parent to kind. With ``final`` it makes the judged model."""
    new = tuple(Edge(child=run.id, parent=parent, kind=kind) for parent, kind in edges.items())
    return rebuilt(
        history,
        runs=(*history.runs, run),
        edges=(*history.edges, *new),
        final=run.id if final else history.final,
    )


def rebuilt(history: History, **fields: Any) -> History:  # noqa: ANN401 - the fields of a history
    """Give a history with some fields changed, checked again."""
    return History.model_validate({**dict(history), **fields})


def stated(run_id: str, flop: float, **fields: Any) -> Run:  # noqa: ANN401 - the fields of a run
    """Make a run of stated FLOP."""
    return Run(id=run_id, inputs={"flop": read_quantity(flop, "flop")}, **fields)


def split_run(history: History, run: Run, parts: int, *, apart: bool = True) -> History:
    """Split a run into equal parts whose results are merged; with ``apart`` each by a developer of its own.

    The parts share the run's uncertain numbers, so that together they are as uncertain as it was.
    """
    pieces = []
    for number in range(1, parts + 1):
        name = fresh(history, f"{run.id} part {number}")
        maker = f"entity {number}" if apart else run.developer
        piece = scale_run(share_numbers(run), 1 / parts)
        pieces.append(changed(piece, id=name, developer=maker))
    merged = changed(run, kind="merge", inputs={}, shared={})
    kept = [edge for edge in history.edges if edge.child != run.id]
    taken = [edge for edge in history.edges if edge.child == run.id]
    edges = [Edge(child=run.id, parent=piece.id, kind="merged_from") for piece in pieces]
    edges += [Edge(child=piece.id, parent=edge.parent, kind=edge.kind) for piece in pieces for edge in taken]
    runs = tuple(merged if one.id == run.id else one for one in history.runs)
    return rebuilt(history, runs=(*runs, *pieces), edges=(*kept, *edges))
