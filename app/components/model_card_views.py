"""The parts of a model's card: where it stands to the lines, facts with their source, 6ND, what it is built on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components.frame import flop, number, plain
from app.components.reading import move
from app.components.share_chart import percent
from app.theme import BADGE, Meaning
from governance.catalogue.normalise import country_name
from governance.compute.model_checks import ONE_THIRD, line_verdicts, third
from governance.compute.models import ModelCard
from governance.compute.uncertainty import CONFIDENCE_FACTORS
from governance.exports.words import flop_words

VERDICT_MEANING: dict[str, Meaning] = {"exceeds": "stop", "indeterminate": "caution", "below": "good"}
FACTS: dict[str, tuple[str, str]] = {
    "organisation": ("Organisation", ""),
    "country": ("Countries", ""),
    "released": ("Released", ""),
    "domain": ("Domain", ""),
    "openness": ("Access", ""),
    "frontier": ("Frontier when released", ""),
    "parameters": ("Parameters", ""),
    "active_parameters": ("Active parameters", ""),
    "architecture": ("Architecture", ""),
    "tokens": ("Tokens seen", ""),
    "dataset_size": ("Dataset size", "data points"),
    "epochs": ("Epochs", ""),
    "training_flop": ("Training compute", "FLOP"),
    "method": ("Compute estimated by", ""),
    "finetune_flop": ("Of which fine-tuning", "FLOP"),
    "hardware": ("Chip", ""),
    "chips": ("Chips", ""),
    "training_hours": ("Training time", "hours"),
    "chip_hours": ("Chip-hours", ""),
    "mfu": ("Utilisation, MFU", ""),
    "numeric_format": ("Numeric format", ""),
    "power_watts": ("Power", "W"),
    "cost_usd": ("Cost of training", "USD"),
    "capability": ("Capability index (ECI)", ""),
}
OURS = ("active_parameters", "tokens", "architecture")
"""Facts that our table of inputs adds where the source has none."""
CLASS_WORDS = {
    "unverified": "the source has not checked the row, so it says nothing of how far off the estimate may be",
    "wrong": "the source marks the row as wrong",
}
REASONS = {
    "mismatch": "Our parameters and tokens do not meet the published figure; one of the three is off.",
    "recalled": "Our parameters and tokens are recalled and have not been checked against the published figure.",
    "cross_checked": "Our parameters and tokens meet the published figure within 30%.",
}
CLOSE = 0.05


def verdict_line(card: ModelCard) -> str:
    """Say in one line where the model stands to the lines, with the chance to be above each."""
    verdicts = line_verdicts(card.model)
    if verdicts[0].verdict is None:
        return "**No estimate of its training compute is known**, so it cannot be set against any line"
    words = [
        f":{BADGE[VERDICT_MEANING[str(one.verdict)]]}-badge[{one.verdict} {flop_words(one.line)}"
        + (f" · {_chance(one.chance)}" if one.chance is not None else "")
        + "]"
        for one in verdicts
    ]
    return f"**{flop(_float(card, 'training_flop'))}** by best estimate · {' '.join(words)}"


def class_line(card: ModelCard) -> str:
    """Say how sure the source is, and what that means for the estimate."""
    word = card.model["confidence"]
    low, high = _float(card, "flop_low"), _float(card, "flop_high")
    interval = f"90% between {flop_words(low)} and {flop(high)}" if low is not None and high is not None else ""
    if card.model["origin"] == "user" and interval:
        return f"Your own estimate: {interval}."
    if word in CONFIDENCE_FACTORS:
        means = f"read as right within {CONFIDENCE_FACTORS[str(word)]:.0f}x at 90%"
        return f"Confidence: **{word}**, {means}{': ' if interval else ''}{interval}."
    means = CLASS_WORDS.get(str(word), "how far off the figures may be is not known")
    return f"Confidence: **{word or 'not said'}**; {means}."


def six_nd_line(card: ModelCard) -> str:
    """Set 6 x parameters x tokens beside the published figure, with the reason where they differ."""
    if card.six_nd is None:
        return "6 x active parameters x tokens cannot be formed: both are needed."
    said = f"6 x active parameters x tokens gives **{flop(card.six_nd)}**"
    ratio = card.six_nd_over_published
    if ratio is None:
        return f"{said}; no figure is published to set beside it."
    published = flop(_float(card, "training_flop"))
    if abs(ratio - 1) <= CLOSE:
        return f"{said}, the published figure {published}: they agree within 5%."
    if card.model["architecture"] == "encoder_decoder":
        why = "An encoder-decoder passes a token through half of it, so it needs about 3ND."
    else:
        why = REASONS.get(str(card.model["input_evidence"]), "The source counts more than one pass, or other inputs.")
    return f"{said}, **{ratio:.2f} times** the published {published}. {why}"


def fact_columns(card: ModelCard, title: str) -> None:
    """Show what is known in two columns, each with its source, and name what is not stated.

    Args:
        card: The model.
        title: Of its source.
    """
    known = [name for name in FACTS if card.model[name] not in (None, [])]
    halves = known[: (len(known) + 1) // 2], known[(len(known) + 1) // 2 :]
    for column, half in zip(st.columns(2), halves, strict=True):
        with column.container(gap="xsmall"):
            for name in half:
                ours = name in OURS and card.model["input_evidence"] is not None
                mark = f"Source: {title}, {card.model['version']}"
                st.markdown(_fact(card, name), help=plain(f"{mark}, or our table of inputs" if ours else mark))
    missing = [FACTS[name][0] for name in FACTS if name not in known]
    if missing:
        st.caption(f"Not stated: {', '.join(one[:1].lower() + one[1:] for one in missing)}")


def base_line(card: ModelCard) -> None:
    """Say what the model is built on and how its fine-tuning compares with a third of that."""
    base, base_id = card.model["base_model"], card.model["base_model_id"]
    if base is None:
        st.caption("No base model is named.")
        return
    if base_id and base_id != card.model["id"]:
        move(f"**{plain(base)}**", key="base", icon=":material/badge:", id=str(base_id))
    else:
        st.markdown(f"**{plain(base)}** (no record)")
    own, whole = _float(card, "finetune_flop"), _float(card, "training_flop")
    st.markdown(_third_words(third(own, whole - own if own is not None and whole is not None else None)))


def fine_tunes(card: ModelCard) -> None:
    """List the models that name this one as their base, each with its share of this one's compute."""
    if not card.fine_tunes:
        st.caption("No model here names it as its base.")
        return
    ordered = sorted(card.fine_tunes, key=lambda one: (-(one.finetune_flop or 0), one.name.lower()))
    rows = pl.DataFrame(
        {
            "name": [one.name for one in ordered],
            "flop": [None if one.finetune_flop is None else flop_words(one.finetune_flop) for one in ordered],
            "share": [third(one.finetune_flop, card.model["training_flop"]) for one in ordered],
        },
        schema={"name": pl.String, "flop": pl.String, "share": pl.Float64},
    )
    event = st.dataframe(
        rows, hide_index=True, height=min(38 + 35 * rows.height, 300), on_select="rerun", selection_mode="single-cell",
        key="fine-tunes", placeholder="unknown", alt=f"{rows.height} models built on {card.model['name']}",
        column_config={
            "name": st.column_config.TextColumn("Model", pinned=True, width=160),
            "flop": st.column_config.TextColumn("Fine-tuning FLOP", alignment="right", width=112),
            "share": st.column_config.NumberColumn(
                "Of this one's", format="percent", width=92, help="The EU's rule asks for more than one third"
            ),
        },
    )  # fmt: skip
    for row, _ in event["selection"]["cells"]:
        st.query_params["id"] = ordered[row].id
        st.rerun()


def _third_words(ratio: float | None) -> str:
    if ratio is None:
        return "How its fine-tuning compares with one third of the base's compute is not known."
    word = "above" if ratio > ONE_THIRD else "below"
    return f"Its fine-tuning took **{percent(ratio, 1)}** of the base's compute: {word} one third."


def _fact(card: ModelCard, name: str) -> str:
    label, unit = FACTS[name]
    value = card.model[name]
    if isinstance(value, list):
        words = map(country_name, value) if name == "country" else value
        shown = ", ".join(plain(str(one).replace("_", " ") if name in ("domain", "method") else one) for one in words)
    elif isinstance(value, bool):
        shown = "yes" if value else "no"
    elif isinstance(value, float) and name == "mfu":
        shown = percent(value, 1)
    elif isinstance(value, float):
        shown = flop_words(value) if value >= 1e12 or unit == "FLOP" else number(value)
    else:
        shown = plain(str(value).replace("_", " "))
    year = f" ({card.model['cost_year']} prices)" if name == "cost_usd" and card.model["cost_year"] else ""
    return f"{label}: **{shown}**{f' {unit}' if unit else ''}{year}"


def _chance(chance: float | None) -> str:
    if chance is None:
        return "unknown"
    return "<1%" if chance < 0.01 else ">99%" if chance > 0.99 else percent(chance)


def _float(card: ModelCard, name: str) -> float | None:
    value = card.model[name]
    return value if isinstance(value, float) else None
