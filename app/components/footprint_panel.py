"""What a footprint is worked out from: every input in the sidebar, and all of it in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app.components import state
from app.components.frame import plain
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.compute.chip_measures import NUMBER_FORMATS, NumberFormat
from governance.compute.footprint import Footprint
from governance.compute.footprint_inputs import ASSUMPTIONS
from governance.compute.footprint_report import FootprintReport, footprint_report
from governance.compute.footprint_start import USUAL_MODEL, Choices, footprint_choices, start_of
from governance.compute.footprint_words import FIELDS, NO_GRID, USES, WORKS, Field, FootprintWords, Read, Use, Work

AUTO = "auto"
NONE = "none"
WORK_LABELS: dict[str, str] = {
    AUTO: "As published", "flop": "FLOP", "chips": "Chips and time", "chip_hours": "Chip hours", "none": "Left out",
}  # fmt: skip
USE_LABELS: dict[str, str] = {"none": "Left out", "tokens": "Tokens a day", "requests": "Requests a day"}
ORIGINS = {"given": "", "catalogue": "from the catalogue: ", "example": "our example: "}
FIRST = ("utilisation", "uptime", "power_fraction", "server_overhead", "pue", "carbon_intensity", "chip_hour_price")
"""Assumptions shown before the others."""


@st.cache_data(show_spinner=False)
def choices(version: str) -> Choices:
    """Give what there is to choose from in a catalogue."""
    return footprint_choices(state.cursor())


@st.cache_data(show_spinner="Working out the footprint", max_entries=64)
def report(words: str, version: str) -> FootprintReport:
    """Work out a footprint; the question as JSON and the catalogue's version say which."""
    return footprint_report(state.cursor(), FootprintWords.model_validate_json(words))


@st.cache_data(show_spinner=False, max_entries=256)
def way_of(model: str, version: str) -> Work | None:
    """Give the way in which a model's training is best known, so that its inputs stay when one is refused."""
    return start_of(state.cursor(), model).work


def asked_words(offered: Choices) -> FootprintWords:
    """Read the question from the widgets, and those from the address where it changed."""
    model = _chosen("model", USUAL_MODEL, [NONE, *offered.models])
    work = _chosen("work", AUTO, [AUTO, *WORKS])
    chip = _chosen("chip", AUTO, [AUTO, *offered.chips])
    grid = _chosen("grid", AUTO, [AUTO, NONE, *offered.grids])
    facility = _chosen("facility", NONE, [NONE, *offered.facilities])
    number_format = _chosen("format", AUTO, [AUTO, *NUMBER_FORMATS])
    use: Use = choice(_chosen("use", NONE, USES), USES, "address, use")
    way: Work | None = None if work == AUTO else choice(work, WORKS, "address, work")
    peak: NumberFormat | None = None if number_format == AUTO else choice(number_format, NUMBER_FORMATS, "address")
    return FootprintWords(
        model=None if model == NONE else model,
        work=way,
        use=use,
        amounts=_texts([field.name for field in FIELDS]),
        chip=None if chip == AUTO else chip,
        number_format=peak,
        grid=None if grid == AUTO else NO_GRID if grid == NONE else grid,
        facility=None if facility == NONE else facility,
        assumptions=_texts(ASSUMPTIONS),
    )


def footprint_panel(offered: Choices, words: FootprintWords, found: FootprintReport | None) -> None:
    """Draw every input, each with how it was read; what stands in them goes to the address.

    Args:
        offered: What there is to choose from.
        words: The question as it stands.
        found: The answer; ``None`` while something in the question cannot be read.
    """
    amounts = {one.name: one for one in found.asked.amounts} if found else {}
    work = words.work or (way_of(words.model, state.version()) if words.model else None)
    models = {NONE: "No model: my own figures", **offered.models}
    _select("model", USUAL_MODEL, models, "Start from", "Its published figures fill in what you leave empty")
    _select("work", AUTO, WORK_LABELS, "Training given as", "Which of your figures, or of the model's, count")
    _fields([field for field in FIELDS if work in field.ways], amounts)
    _select("use", NONE, USE_LABELS, "Use given as", "How much the model serves; left out, only training counts")
    _fields([field for field in FIELDS if words.use in field.ways], amounts)
    _place(offered, found)
    with st.expander("Assumptions", icon=":material/tune:", expanded=bool(_texts(ASSUMPTIONS))):
        _assumptions(found.result if found else None)
    st.button(
        "Reset", icon=":material/restart_alt:", key="reset", on_click=_reset, width="stretch",
        help="Back to the figures of the catalogue and our assumptions",
    )  # fmt: skip


def _place(offered: Choices, found: FootprintReport | None) -> None:
    given = found.asked.given if found else None
    chip = f"The model's: {offered.chips[given.chip]}" if given else "The model's"
    if found and not found.asked.chip_known:
        chip = f"Not stated; taken: {offered.chips[found.asked.given.chip]}"
    _select("chip", AUTO, {AUTO: chip, **offered.chips}, "Chip", "Its power, price and peak are those of the catalogue")
    formats: dict[str, str] = {
        AUTO: f"Usual: {given.number_format}" if given else "Usual",
        **{str(one): str(one) for one in NUMBER_FORMATS},
    }
    _select("format", AUTO, formats, "Number format", "At which of the chip's peaks the FLOP are done")
    grid = "The country of its maker"
    if found and found.asked.grid_from in ("maker's country", "world") and given and given.grid:
        place = "Maker's country" if found.asked.grid_from == "maker's country" else "World"
        grid = f"{place}: {offered.grids[given.grid]}"
    grids = {AUTO: grid, NONE: "Unknown", **offered.grids}
    _select("grid", AUTO, grids, "Electricity", "Place and year of the grid: grams of CO2e a kWh")
    facilities = {NONE: "Not stated: range of providers", **offered.facilities}
    _select("facility", NONE, facilities, "Data centre", "Whose efficiency (PUE) and water count")


def _fields(fields: Sequence[Field], amounts: dict[str, Read]) -> None:
    for field in fields:
        read = amounts.get(field.name)
        shown = read.echo if read and read.origin != "given" else ""
        _text(field.name, field.label, shown, f"{field.help}; empty takes what the catalogue or our example says")
        if read:
            st.caption(plain(f"{ORIGINS[read.origin]}{read.echo}"))


def _assumptions(result: Footprint | None) -> None:
    used = {one.name: one for one in result.assumptions} if result else {}
    for name in (*FIRST, *(name for name in ASSUMPTIONS if name not in FIRST)):
        one = used.get(name)
        label = name.replace("_", " ").capitalize() + (f", {one.unit}" if one else "")
        meaning = f"{one.meaning}; {one.source}" if one else "Not used as things stand"
        _text(name, label, one.quantity.echo() if one else "not used or not known", meaning)
        if one and one.evidence == "given":
            st.caption(plain(f"read as {one.quantity.echo()}"))


def _text(name: str, label: str, shown: str, help: str) -> None:
    st.text_input(label, key=name, placeholder=shown, help=help, max_chars=120)
    to_url(name, "")


def _select(name: str, default: str, options: dict[str, str], label: str, help: str) -> None:
    st.selectbox(label, list(options), key=name, format_func=lambda one: options[one], help=help)
    to_url(name, default)


def _chosen(name: str, default: str, allowed: Sequence[str]) -> str:
    from_url(name, default, _one_of(name, allowed))
    return str(st.session_state[name] or default)


def _one_of(name: str, allowed: Sequence[str]) -> Callable[[str], object]:
    def check(text: str) -> None:
        if text not in allowed:
            choice(text, [*allowed[:6], "…"], f"address, {name}")

    return check


def _texts(names: Sequence[str]) -> dict[str, str]:
    for name in names:
        from_url(name, "")
    return {name: text for name in names if (text := str(st.session_state[name] or "").strip())}


def _reset() -> None:
    st.query_params.clear()
    for name in (
        "model",
        "work",
        "use",
        "chip",
        "grid",
        "facility",
        "format",
        *ASSUMPTIONS,
        *(one.name for one in FIELDS),
    ):
        st.session_state.pop(name, None)
