"""The picture of a risk assessment: severity by likelihood, the tier each cell suggests, and where the case stands."""

from __future__ import annotations

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.components.risk_words import TIER_LETTERS, TIER_MEANING
from app.theme import Tokens
from governance.assessment.risk import Case
from governance.assessment.risk_rule import RiskRule, words
from governance.assessment.vocabulary import LIKELIHOODS, SEVERITIES, TIERS

CELL_HEIGHT = 34


def grid_rows(case: Case, rule: RiskRule) -> pl.DataFrame:
    """Give one row a cell: severity, likelihood, the tier it suggests, and whether the case stands there."""
    severity, likelihood = case.value("R2", "severity"), case.value("R2", "likelihood")
    rows = []
    for one in SEVERITIES:
        for other in LIKELIHOODS:
            tier = rule.suggestion(one, other)
            rows.append(
                {
                    "severity": words(one),
                    "likelihood": words(other),
                    "tier": words(tier) if tier else "no suggestion",
                    "letter": TIER_LETTERS[tier] if tier else "–",
                    "here": (one, other) == (severity, likelihood),
                }
            )
    return pl.DataFrame(rows)


def grid_words(rows: pl.DataFrame) -> str:
    """Say the same as the grid."""
    here = rows.filter("here").to_dicts()
    if not here:
        return "Severity by likelihood with the tier each cell suggests; severity or likelihood is not recorded yet."
    row = here[0]
    place = f"{row['severity']} severity, {row['likelihood']} likelihood"
    return f"Severity by likelihood with the tier each cell suggests. The case stands at {place}: {row['tier']}."


def grid_chart(rows: pl.DataFrame) -> Draw:
    """Draw the grid: a letter and a tint for the tier, a frame where the case stands."""

    def draw(colours: Tokens) -> Chart:
        names = [*map(words, TIERS), "no suggestion"]
        fills = [*(colours.of(TIER_MEANING[tier]) for tier in TIERS), colours.unknown]
        base = alt.Chart(rows).encode(
            x=alt.X("likelihood:N", sort=[*map(words, LIKELIHOODS)], title="likelihood",
                    axis=alt.Axis(labelAngle=-25, ticks=False, labelLimit=110)),
            y=alt.Y("severity:N", sort=[*map(words, reversed(SEVERITIES))], title="severity",
                    axis=alt.Axis(ticks=False)),
            tooltip=["severity:N", "likelihood:N", "tier:N"],
        )  # fmt: skip
        cells = base.mark_rect(stroke=colours.background, strokeWidth=2, fillOpacity=0.28).encode(
            color=alt.Color("tier:N", legend=None, scale=alt.Scale(domain=names, range=fills))
        )
        here = base.transform_filter("datum.here")
        frame = here.mark_rect(fillOpacity=0, stroke=colours.text, strokeWidth=3)
        letters = base.mark_text(fontSize=13, color=colours.text).encode(
            text="letter:N",
        )
        dot = here.mark_point(filled=True, size=60, color=colours.text, opacity=1, dx=-18, xOffset=-18)
        return alt.layer(cells, letters, frame, dot).properties(height=CELL_HEIGHT * len(SEVERITIES), width="container")

    return draw
