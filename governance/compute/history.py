"""What went into a model: training runs, what each took from others, and what is known of its developer."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.compute.legal_vocabulary import (
    AmountName,
    EdgeKind,
    FactName,
    Form,
    InputName,
    NumericFormat,
    RunKind,
)
from governance.compute.quantities import Quantity
from governance.errors import BadInput

MAX_RUNS = 5_000
MAX_EDGES = 50_000
LONGEST_NAME = 80

Method = Literal["stated", "architecture", "hardware", "none"]
"""How the operations of a run are found: as given, from its parameters and tokens, from its chips and hours."""

_NAME = re.compile(r"[^\s].{0,79}")
_ARCHITECTURE: tuple[InputName, ...] = ("parameters", "active_parameters", "adapter_parameters", "tokens")
_HARDWARE: tuple[InputName, ...] = ("chips", "chip_peak", "hours", "utilisation")


class Run(BaseModel):
    """One run of training, generation or evaluation.

    Args:
        id: Unlike any other in the history.
        kind: What it did.
        inputs: Its numbers by name; `INPUTS` says what each measures.
        shared: Input to the name of the history's shared number it takes: shared numbers are drawn once.
        form: How operations follow from parameters and tokens.
        developer: Who ran it.
        date: When it ended.
        public_data: Whether the data it made are open to all; only for data generation.

    >>> from governance.compute.quantities import read_quantity
    >>> run = Run(id="a", inputs={"flop": read_quantity("3e24", "flop")})
    >>> run.method
    'stated'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str = ""
    kind: RunKind = "pretraining"
    form: Form = "dense"
    developer: str | None = None
    date: datetime.date | None = None
    numeric_format: NumericFormat | None = None
    public_data: bool | None = None
    data_domain: str | None = None
    modality: str | None = None
    inputs: Mapping[InputName, Quantity] = Field(default_factory=dict)
    shared: Mapping[InputName, str] = Field(default_factory=dict)

    @property
    def method(self) -> Method:
        """Tell how its operations are found: a stated figure first, then architecture, then hardware."""
        if "flop" in self.inputs:
            return "stated"
        return "architecture" if self.has_architecture else "hardware" if self.has_hardware else "none"

    @property
    def has_architecture(self) -> bool:
        """Tell whether parameters and tokens are given."""
        return "tokens" in self.inputs and ("parameters" in self.inputs or "active_parameters" in self.inputs)

    @property
    def has_hardware(self) -> bool:
        """Tell whether chips, their peak, hours and utilisation are given."""
        return all(name in self.inputs for name in _HARDWARE)


class Edge(BaseModel):
    """What one run took from another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    child: str
    parent: str
    kind: EdgeKind = "initialised_from"


class Circumstances(BaseModel):
    """What is known beyond the runs: amounts, and facts answered in closed words; what is left out is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amounts: Mapping[AmountName, Quantity] = Field(default_factory=dict)
    facts: Mapping[FactName, tuple[str, ...]] = Field(default_factory=dict)


class History(BaseModel):
    """Runs, what each took from others, and which of them made the judged model.

    Args:
        runs: In any order.
        edges: From child to parent.
        final: Id of the run that made the judged model.
        circumstances: What is known beyond the runs.

    Raises:
        BadInput: An id is repeated or unknown, the edges form a circle, a run is incomplete, or there are too many.

    >>> History(
    ...     runs=(Run(id="a"), Run(id="b")), edges=(Edge(child="a", parent="b"), Edge(child="b", parent="a")), final="a"
    ... )
    Traceback (most recent call last):
    governance.errors.BadInput: the runs form a circle: a, b, a (edges). leave out one of these edges
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    runs: tuple[Run, ...]
    edges: tuple[Edge, ...] = ()
    final: str
    circumstances: Circumstances = Field(default_factory=Circumstances)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_runs(self.runs)
        _check_edges(self.runs, self.edges)
        if self.final not in {run.id for run in self.runs}:
            raise BadInput(f"no run has the id '{self.final[:LONGEST_NAME]}'", "final", "name the last run's id")
        _refuse_cycle(self.edges)
        return self

    def run(self, run_id: str) -> Run:
        """Give a run by its id."""
        return next(run for run in self.runs if run.id == run_id)

    def with_runs(self, *runs: Run) -> History:
        """Give the history with these runs in place of those of the same ids."""
        new = {run.id: run for run in runs}
        return History.model_validate({**dict(self), "runs": tuple(new.get(run.id, run) for run in self.runs)})


def parents_of(edges: Sequence[Edge]) -> dict[str, list[Edge]]:
    """Give the edges of each child, in a fixed order."""
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in sorted(edges, key=lambda one: (one.child, one.parent, one.kind)):
        found[edge.child].append(edge)
    return found


def check_name(name: str, where: str) -> str:
    """Give a name back if it is one line of at most 80 printable characters.

    Raises:
        BadInput: It is empty, too long, or holds what a terminal or page might act on.
    """
    if not _NAME.fullmatch(name) or not name.isprintable():
        shown = "".join(one if one.isprintable() else "?" for one in name[:LONGEST_NAME])
        raise BadInput(f"'{shown}' is not a name", where, f"use 1 to {LONGEST_NAME} printable characters")
    return name


def _check_runs(runs: Sequence[Run]) -> None:
    if not runs:
        raise BadInput("there are no runs", "runs", "give at least the run that made the model")
    if len(runs) > MAX_RUNS:
        raise BadInput(f"there are {len(runs):,} runs", "runs", f"give at most {MAX_RUNS:,}; sum small ones up")
    seen: set[str] = set()
    for place, run in enumerate(runs, 1):
        check_name(run.id, f"run {place}, id")
        if run.id in seen:
            raise BadInput(f"the id '{run.id}' is used twice", f"run {place}, id", "give each run its own id")
        seen.add(run.id)
        _check_text(run, f"run {run.id}")
        _check_complete(run, f"run {run.id}")


def _check_text(run: Run, where: str) -> None:
    for name in ("title", "developer", "data_domain", "modality"):
        text = getattr(run, name) or ""
        if len(text) > 200 or not text.isprintable():
            raise BadInput(f"the {name} is too long or not printable", where, "use one line of at most 200 characters")


def _check_complete(run: Run, where: str) -> None:
    some_hardware = [name for name in _HARDWARE if name in run.inputs]
    if some_hardware and not run.has_hardware:
        lacking = next(name for name in _HARDWARE if name not in run.inputs)
        hint = ", such as triangular(0.25, 0.38, 0.50)" if lacking == "utilisation" else ""
        raise BadInput(f"{lacking} is missing beside {some_hardware[0]}", where, f"give {lacking}{hint}")
    some_architecture = [name for name in _ARCHITECTURE if name in run.inputs]
    if some_architecture and not run.has_architecture:
        lacking = "parameters" if "tokens" in run.inputs else "tokens"
        raise BadInput(f"{lacking} is missing beside {some_architecture[0]}", where, f"give {lacking}")
    active, total = run.inputs.get("active_parameters"), run.inputs.get("parameters")
    if active and total and active.low > total.high:
        raise BadInput("more parameters are active than there are", where, "give the active ones of one token")
    if run.method == "none" and run.inputs and set(run.inputs) - {"multiple", "post_training", "synthetic"}:
        raise BadInput("the operations cannot be found from these inputs", where, "give parameters and tokens")


def _check_edges(runs: Sequence[Run], edges: Sequence[Edge]) -> None:
    if len(edges) > MAX_EDGES:
        raise BadInput(f"there are {len(edges):,} edges", "edges", f"give at most {MAX_EDGES:,}")
    known = {run.id for run in runs}
    for place, edge in enumerate(edges, 1):
        for end in (edge.child, edge.parent):
            if end not in known:
                shown = "".join(one if one.isprintable() else "?" for one in end[:LONGEST_NAME])
                raise BadInput(f"no run has the id '{shown}'", f"edge {place}", "name a run of the history")


def _refuse_cycle(edges: Sequence[Edge]) -> None:
    """Walk down from every run with a stack of our own: a long chain must not exhaust Python's."""
    parents = parents_of(edges)
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            here, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(here)
                done.add(here)
            elif here in on_path:
                circle = [*path[path.index(here) :], here]
                shown = circle if len(circle) <= 12 else [*circle[:6], "…", *circle[-5:]]
                raise BadInput(f"the runs form a circle: {', '.join(shown)}", "edges", "leave out one of these edges")
            elif here not in done:
                path.append(here)
                on_path.add(here)
                stack.append((here, True))
                stack.extend((edge.parent, False) for edge in reversed(parents.get(here, [])))
