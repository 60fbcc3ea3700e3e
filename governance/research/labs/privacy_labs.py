"""Labs on privacy: what a guarantee is worth for a document, and what attackers still find."""

from __future__ import annotations

import math

import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import (
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    no_rows,
    number,
    text,
)
from governance.research.labs.lab_tables import percent, rows_table
from governance.research.labs.privacy import BASIS, Mechanism, document_epsilon, privacy_front

HEATS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 3.0, 5.0, 10.0)


def _epsilon(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    low, high, limit = number(settings, "low"), number(settings, "high"), number(settings, "limit")
    tokens, heat = int(number(settings, "tokens")), number(settings, "temperature")
    found = document_epsilon(low, high, heat, tokens, limit=limit)
    lengths = sorted({1, 10, tokens})
    table = pl.DataFrame([
        {"temperature": one, "tokens": f"{length:,} token{'' if length == 1 else 's'}",
         "epsilon": document_epsilon(low, high, one, length, limit=limit).epsilon}
        for length in lengths for one in sorted({*HEATS, heat})
    ]).with_columns(log10=pl.col("epsilon").log10())  # fmt: skip
    if found.vacuous:
        few = f"only {found.tokens_allowed:,} tokens stay" if found.tokens_allowed else "not one token stays"
        verdict = (
            f"vacuous: {few} within your limit of {limit:g}, or all of them at a temperature of "
            f"{found.temperature_needed:,.4g}"
        )
    else:
        verdict = f"at or under your limit of {limit:g}"
    answer = f"A document of {tokens:,} tokens has an epsilon of {found.epsilon:,.6g}, {verdict}"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Epsilon of the document by temperature, as a power of ten", table=table,
                      chart="lines", x="temperature", y="log10", series="tokens", x_title="temperature",
                      y_title="epsilon, log10; dashed: your limit",
                      alt=answer, reference=math.log10(limit)),
        ),
        numbers=(
            Number("epsilon of the document", found.epsilon, "epsilon"),
            Number("epsilon of a token", found.per_token, "epsilon"),
            Number("greatest factor between two documents, a power of ten", found.log10_factor, "log10"),
            Number("certainty an attacker at even odds may come to", 100 * found.certainty, "%"),
            Number("temperature needed for the limit", found.temperature_needed, "temperature"),
            Number("tokens within the limit", float(found.tokens_allowed), "count"),
        ),
        method="2 n (b2 − b1) / T", n=None, counted="nothing sampled",
        limits=(
            f"The formula is {BASIS}.",
            "It holds only where logits are clipped to the range: without clipping there is no guarantee.",
            "Cutting the choice to the likeliest tokens (top-k, top-p) voids it.",
            f"The limit of {limit:g} is yours to set: above it an attacker may become e^{limit:g} times surer.",
            "A vacuous guarantee is not a leak: what attackers really find is measured in the other privacy lab.",
        ),
    )  # fmt: skip


DOCUMENT_EPSILON = Lab(
    name="document-epsilon",
    title="Epsilon of a rewritten document",
    topic="Privacy",
    question="What does sampling at a temperature promise for a whole document?",
    source="settings",
    run=_epsilon,
    example=no_rows,
    planted="A range of 10, a temperature of 1 and 100 tokens give an epsilon of 2,000, which promises nothing.",
    papers=("dp-prompt",),
    settings=(
        Setting("low", "Logits clipped from", "number", 0, "Lower bound", low=-1e6, high=1e6),
        Setting("high", "to", "number", 10, "Upper bound", low=-1e6, high=1e6),
        Setting("temperature", "Temperature", "number", 1, "Of the sampling", low=1e-6, high=1e9),
        Setting("tokens", "Tokens", "number", 100, "Sampled for the document", low=1, high=1e9, whole=True),
        Setting("limit", "Vacuous above", "number", 10, "Epsilon; at 10 an attacker may become 22 000 times surer",
                low=1e-6, high=1e6),
    ),
)  # fmt: skip


def _front(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    rows = [
        Mechanism(name=one["mechanism"], utility=one["utility"], attacker=one["attacker"], adaptive=one["adaptive"],
                  epsilon=one["epsilon"])
        for one in frame.iter_rows(named=True)
    ]  # fmt: skip
    untouched = text(settings, "untouched") or None
    if untouched is None:
        untouched = next((row.name for row in rows if row.name.casefold() in ("untouched", "clean", "none")), None)
    found = privacy_front(rows, untouched, limit=number(settings, "limit"))
    changed = [row for row in found if row.name != untouched]
    if not changed:
        raise BadInput("there is only the untouched text", "column mechanism", "add a row for each way of rewriting")
    best = min(changed, key=lambda row: (not row.on_front, row.worst))
    kept = "" if best.utility_change is None else f" while utility changes by {best.utility_change:+.3g}%"
    if best.attacker_change is None:
        answer = f"{best.name} leaves attackers least, a score of {best.worst:.3g}"
    else:
        answer = f"{best.name} cuts a static attacker's score by {percent(-best.attacker_change)}{kept}"
        if best.adaptive_change is not None:
            answer += (
                f"; one who adapts keeps more, a cut of {percent(-best.adaptive_change)}"
                if (best.adaptive_change > best.attacker_change)
                else f"; one who adapts loses {percent(-best.adaptive_change)}"
            )
    stated = [row for row in found if row.vacuous is not None]
    if stated:
        answer += f". {sum(bool(row.vacuous) for row in stated)} of {len(stated)} stated guarantees are vacuous"
    table = rows_table(found).with_columns(
        front=pl.Series(["on the front" if row.on_front else "dominated" for row in found])
    )
    cuts = best.attacker_change, best.adaptive_change
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Utility kept against what attackers find", table=table, chart="points", x="worst",
                      y="utility", series="front", label="name", x_title="stronger attacker's score, lower is better",
                      y_title="utility, higher is better", alt=answer),
        ),
        numbers=(
            Number(f"cut for a static attacker, {best.name}", None if cuts[0] is None else -cuts[0], "%",
                   claim="dp-prompt/static_cut"),
            Number(f"cut for an adaptive attacker, {best.name}", None if cuts[1] is None else -cuts[1], "%",
                   claim="dp-prompt/adaptive_cut"),
            Number("ways on the front", float(sum(row.on_front for row in found)), "count"),
        ),
        method="non-dominated points by utility and the stronger attacker; changes are relative to the untouched text",
        n=len(found), counted="ways of rewriting",
        limits=(
            "No interval: a table has one figure a way. Differences within the noise of your test set mean nothing.",
            "The claim's per cents are of author identification on IMDB reviews; other tasks are not comparable.",
        ),
    )  # fmt: skip


def _front_example(seed: int) -> pl.DataFrame:
    del seed
    rows = [
        ("untouched", 0.90, 0.80, None, None), ("noise on words", 0.62, 0.50, 0.70, 8.0),
        ("paraphrase T=1", 0.88, 0.60, 0.72, 2000.0), ("paraphrase T=1.5", 0.86, 0.40, 0.60, 1333.3),
        ("paraphrase T=2", 0.70, 0.42, 0.62, 1000.0),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["mechanism", "utility", "attacker", "adaptive", "epsilon"], orient="row")


PRIVACY_FRONT = Lab(
    name="privacy-front",
    title="Attackers against utility",
    topic="Privacy",
    question="Which way of rewriting hides most for the utility it keeps?",
    source="table",
    run=_front,
    example=_front_example,
    planted="Paraphrasing at 1.5 halves the static attacker's score and cuts the adaptive one's by a quarter; at 2, "
    "and noise on words, are dominated; three of four guarantees are vacuous.",
    papers=("dp-prompt",),
    claims=("dp-prompt/static_cut", "dp-prompt/adaptive_cut"),
    needs=("mechanism", "utility", "attacker"),
    columns=(
        TableColumn("mechanism", "text", "way of rewriting with its settings; call the text as it was 'untouched'"),
        TableColumn("utility", "number", "score of the rewritten text on its task; higher is better"),
        TableColumn("attacker", "number", "score of an attacker trained on untouched text; lower is better"),
        TableColumn("adaptive", "number", "score of an attacker trained on rewritten text", needed=False),
        TableColumn("epsilon", "number", "guarantee of the document, where stated", needed=False),
    ),
    settings=(
        Setting("untouched", "Untouched text", "text", "", "The row that changes are relative to", column="mechanism"),
        Setting("limit", "Vacuous above", "number", 10, "Epsilon of the document", low=1e-6, high=1e6),
    ),
)  # fmt: skip
