"""Selection in words: the answer of each view."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from app.components.frame import counted, number, plain
from app.components.share_chart import percent
from governance.evaluation.published import Claim
from governance.evaluation.selection.access import Gain
from governance.evaluation.selection.best_of import BestOf
from governance.evaluation.selection.published import quoted
from governance.evaluation.selection.retire import Retirement
from governance.evaluation.selection.shares import BattleShares

QUESTION = "How much of a high place is selection?"
OPENNESS = {"open": "weights are open", "closed": "weights are closed", "unknown": "not known"}


def best_of_answer(found: BestOf) -> str:
    """Say what publishing the best of several adds."""
    if found.variants == 1:
        return "**One variant has nothing to be chosen from**: selection adds nothing"
    real = f"; {found.gain:.1f} more are real, for the winner is better" if found.spread else ", though all are alike"
    tried = f"The best of {number(found.variants)} variants shows {found.bias:.1f} points of chance"
    return f"**{tried}**{real} ({found.basis})"


def shares_answer(found: BattleShares) -> str:
    """Say who gets most battles."""
    known = found.rows.filter(pl.col("name") != "unknown")
    top = (known if known.height else found.rows).row(0, named=True)
    who = {"model": plain(top["name"]), "provider": plain(top["name"]),
           "openness": f"Models whose {OPENNESS.get(top['name'], top['name'])}"}[found.by]  # fmt: skip
    verb = "take" if found.by == "openness" else "takes"
    gini = "" if found.gini is None else f"; Gini {found.gini:.2f} over {counted(_known(found), *KINDS[found.by])}"
    unknown = f"; of {percent(found.unknown)} it is not known" if found.unknown > 1e-9 else ""
    return f"**{who} {verb} {percent(top['share'], 1)} of the places in battles**{gini}{unknown}"


def retire_answer(found: Retirement) -> str:
    """Say what the removal does, beside random ones."""
    effect, null = found.effect, found.null
    gone = f"battles after {found.after}" if found.after else counted(len(found.removed), "model")
    if effect.tau is None:
        return f"**Without {gone} no two of the models that stay can be told apart**"
    unusual = null.p is not None and null.p < 0.05
    how = "more than removing as many at random would" if unusual else "no more than removing as many at random would"
    moved = f"moves the ranking of the rest by up to {counted(effect.largest_move or 0, 'place')}"
    p = "" if null.p is None else f", p = {null.p:.2g}"
    return f"**Removing {gone} {moved}** (tau {effect.tau:.2f}), {how}{p}"


def gain_answer(found: Gain) -> str:
    """Say the relative gain."""
    ends = "" if found.low is None else f" (95%: {found.low:+.0%} to {found.high:+.0%})"
    return (
        f"**From {percent(found.old, 1)} to {percent(found.new, 1)} is {found.gain:+.0%} relative**{ends}, "
        f"{found.points:+.1f} percentage points"
    )


def quotes(claims: Sequence[Claim]) -> str:
    """Write published figures as a block that says they are quoted."""
    return "**Published, quoted and not worked out here**\n\n" + "\n".join(f"- {plain(quoted(one))}" for one in claims)


def best_of_table(found: Sequence[BestOf]) -> pl.DataFrame:
    """Give one row a number of variants."""
    keep = ("variants", "bias", "shown", "gain", "error", "spread", "basis")
    return pl.DataFrame([{name: dataclasses.asdict(one)[name] for name in keep} for one in found])


def retire_table(found: Retirement) -> pl.DataFrame:
    """Set the removal beside the random ones."""
    effect, null = found.effect, found.null
    rows = [
        ("tau with the ranking before", effect.tau, null.tau, null.tau_low, null.tau_high),
        ("largest move, places", _float(effect.largest_move), null.move, null.move_low, null.move_high),
        ("standard errors, times", effect.widening, null.widening, null.widening_low, null.widening_high),
    ]
    schema = {"what": pl.String, "yours": pl.Float64, "random": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)


def _known(found: BattleShares) -> int:
    return found.rows.height if found.by == "model" else int((found.rows["name"] != "unknown").sum())


KINDS = {"model": ("model", "models"), "provider": ("provider", "providers"), "openness": ("kind", "kinds")}
