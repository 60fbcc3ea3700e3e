"""The shipped instruments and rules, read once, and small histories for tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import duckdb
from hypothesis import strategies as st

from governance.catalogue.connect import FACTS, SCHEMA
from governance.catalogue.facts import read_facts
from governance.compute.history import Edge, History, Run
from governance.compute.history_files import quick_history, read_circumstances
from governance.compute.legal_vocabulary import EDGE_KINDS, RUN_KINDS
from governance.compute.quantities import read_quantity
from governance.compute.rules import CountingRule, load_rules
from governance.compute.scenario import assess_scenario
from governance.compute.thresholds import Instrument, load_instruments

TODAY = date(2026, 11, 24)
FOLDER = FACTS / "touchstone-thresholds"
WORKED = {
    "epochs": "triangular(1, 1.05, 1.6)",
    "attention": "uniform(1.02, 1.15)",
    "post_training": "triangular(1, 1.05, 1.4)",
    "synthetic": "triangular(1, 1.03, 1.3)",
}


@cache
def law() -> tuple[tuple[Instrument, ...], tuple[CountingRule, ...]]:
    with duckdb.connect() as connection:
        for script in sorted(SCHEMA.glob("*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))
        for table, file in read_facts(FOLDER).items():
            reader = "read_json" if file.suffix == ".jsonl" else "read_csv"
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {reader}('{file}')")
        return load_instruments(connection), load_rules(connection)


def instrument(key: str) -> Instrument:
    return next(one for one in law()[0] if one.id == key)


def rule(key: str) -> CountingRule:
    return next(one for one in law()[1] if one.id == key)


def worked(**circumstances: object) -> History:
    """The worked scenario of the published figures: a dense model known only by ranges."""
    return quick_history("60-200B", "8-25T", circumstances=circumstances, **WORKED)


def run(key: str, flop: str | float = "1e24", **fields: object) -> Run:
    return Run(id=key, inputs={"flop": read_quantity(flop, "flop")}, **fields)


def chain(*runs: Run, kind: str = "initialised_from", **circumstances: object) -> History:
    """Each run takes from the one before it; the last made the model."""
    edges = tuple(Edge(child=b.id, parent=a.id, kind=kind) for a, b in pairwise(runs))
    return History(runs=runs, edges=edges, final=runs[-1].id, circumstances=read_circumstances(circumstances))


def judge(history: History, *keys: str, as_of: date = TODAY, draws: int = 4096, seed: int = 1):
    chosen = [one for one in law()[0] if not keys or one.id in keys]
    return assess_scenario(history, chosen, law()[1], as_of, draws, seed)


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE run; --",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "😀",
    "a/tokens",
]
amounts = st.sampled_from(["1e24", "3e22 to 5e23", "triangular(1e20, 2e20, 9e20)", "uniform(1e3, 2e3)"])


@st.composite
def histories(draw):
    count = draw(st.integers(1, 8))
    ids = draw(st.lists(st.sampled_from([*HOSTILE, *"abcdefgh"]), min_size=count, max_size=count, unique=True))
    runs = tuple(
        run(
            one, draw(amounts), kind=draw(st.sampled_from(RUN_KINDS)), developer=draw(st.sampled_from([None, "X", "Y"]))
        )
        for one in ids
    )
    pairs = [(ids[a], ids[b]) for a in range(count) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    edges = tuple(Edge(child=a, parent=b, kind=draw(st.sampled_from(EDGE_KINDS))) for a, b in chosen)
    return History(runs=runs, edges=edges, final=ids[-1], title=draw(st.sampled_from(["", "a title"])))
