"""The quick form of a training run: numbers in plain words, each echoed as it was read, all of it in the URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import streamlit as st

from app.components.feedback import show_error
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.compute.history import History
from governance.compute.history_files import from_pairs
from governance.compute.legal_vocabulary import AMOUNTS, FACTS, INPUTS
from governance.compute.quantities import read_quantity
from governance.compute.vocabulary import Dimension
from governance.errors import BadInput, TouchstoneError

WAYS = {"model": "Model", "hardware": "Hardware", "flop": "FLOP"}
FORMS = {
    "dense": "Dense",
    "moe": "Mixture of experts",
    "encoder_decoder": "Encoder-decoder",
    "adapter": "Adapter on a frozen model",
}
UNKNOWN = "not stated"
SEED = 1
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2040, 12, 31)


@dataclass(frozen=True, slots=True)
class Field:
    """A number that the form asks for.

    Args:
        name: Of the input or amount, its URL parameter and the key of its widget.
        label: Above the box.
        help: What is meant, with the unit.
        default: What holds where nothing is typed; empty for unknown.
        example: Shown in an empty box without a default.
    """

    name: str
    label: str
    help: str
    default: str = ""
    example: str = ""


PARAMETERS = Field("parameters", "Parameters", "A count or a range, e.g. 70B or 60 to 200 billion", "60 to 200 billion")
ACTIVE = Field(
    "active_parameters", "Parameters used per token", "Shared ones and the chosen experts', e.g. 37B", "", "e.g. 37B"
)
ADAPTER = Field("adapter_parameters", "Parameters of the adapter", "The trained ones, e.g. 40M", "", "e.g. 40M")
TOKENS = Field("tokens", "Training tokens", "Different tokens; repeats go under epochs. E.g. 15T", "8 to 25 trillion")
CHIPS = Field("chips", "Chips", "How many worked on the run, e.g. 16000", "16000")
PEAK = Field("chip_peak", "Peak of one chip", "Dense peak in the format used, e.g. 989 TFLOP/s", "989 TFLOP/s")
HOURS = Field("hours", "Hours", "Wall-clock time of the run, e.g. 90 days", "60 to 90 days")
USED = Field(
    "utilisation", "Utilisation", "Share of the peak that was model work (MFU); 19 to 54% are reported", "30-45%"
)
UPTIME = Field("uptime", "Uptime", "Share of the time in which the chips worked", "85-100%")
FLOP = Field("flop", "Training compute", "In FLOP, operations and not operations per second, e.g. 1e25", "2e24 to 3e25")
MULTIPLES = (
    Field("epochs", "Epochs", "How often the data are seen: 1 is once", "triangular(1, 1.05, 1.6)"),
    Field("attention", "Attention", "Multiple of 6ND for attention over the context", "uniform(1.02, 1.15)"),
    Field(
        "post_training", "Post-training", "Multiple for fine-tuning and preference stages", "triangular(1, 1.05, 1.4)"
    ),
    Field(
        "synthetic",
        "Private synthetic data",
        "Multiple for generating data that stay private",
        "triangular(1, 1.03, 1.3)",
    ),
)
AMOUNT_FIELDS = (
    Field("revenue", "Revenue, USD a year", "With affiliates, the calendar year before", "", "e.g. 600 million"),
    Field("training_cost", "Training cost, USD", "At average cloud prices", "", "e.g. 80-120 million"),
    Field("cluster_peak", "Peak of the cluster", "Theoretical, dense", "", "e.g. 1e20 FLOP/s"),
    Field("network", "Network of the cluster", "Between its machines", "", "e.g. 400 Gbit/s"),
)
FACT_LABELS = {
    "modality": "What it makes",
    "data_domain": "Data, mainly",
    "open_weights": "Weights are published",
    "state_of_the_art": "State-of-the-art technology",
    "serious_impact": "Broad, serious impact",
}
USUAL = {"modality": "text"}
"""What the form takes for granted until told otherwise; every other fact is unknown."""
_SHOWN: dict[str, tuple[Field, ...]] = {
    "model": (PARAMETERS, TOKENS),
    "hardware": (CHIPS, PEAK, HOURS, USED, UPTIME),
    "flop": (FLOP,),
}
DIMENSIONS: dict[str, Dimension] = {str(name): one for kinds in (INPUTS, AMOUNTS) for name, one in kinds.items()}


def scenario_form() -> History | None:
    """Draw the form in the sidebar and give the history it says; ``None`` after a message where it cannot be read."""
    from_url("by", "model", _checker(tuple(WAYS)))
    st.segmented_control(
        "Describe the run by", list(WAYS), key="by", format_func=WAYS.__getitem__, required=True, width="stretch",
        help="The plan's model and data, its chips and time, or a figure you have",
    )  # fmt: skip
    way = to_url("by", "model")
    given: dict[str, str] = {}
    fields = list(_SHOWN[way])
    if way == "model":
        from_url("form", "dense", _checker(tuple(FORMS)))
        st.selectbox(
            "Architecture", list(FORMS), key="form", format_func=FORMS.__getitem__,
            help="Decides how operations follow from parameters and tokens",
        )  # fmt: skip
        given["form"] = to_url("form", "dense")
        fields[1:1] = {"moe": [ACTIVE], "adapter": [ADAPTER]}.get(given["form"], [])
    given |= _read_fields(fields)
    with st.expander("Multiples of the plain count", icon=":material/close:"):
        wanted = MULTIPLES if way == "model" else MULTIPLES[2:]
        given |= _read_fields(wanted)
    if way == "model":
        with st.expander("Check against hardware", icon=":material/memory:"):
            st.caption("Both ways are compared; more than a factor of 2 apart is flagged.")
            given |= _read_fields([Field(one.name, one.label, one.help, "", one.default) for one in _SHOWN["hardware"]])
    with st.expander("Developer, model and cluster", icon=":material/domain:"):
        given |= _read_fields(AMOUNT_FIELDS) | _read_facts()
    try:
        return from_pairs(given)
    except TouchstoneError as error:
        show_error(error)
        return None


def form_query(link: str) -> dict[str, str]:
    """Turn the link of a history into the form's own query: what the link does not multiply by stays single.

    >>> form_query("flop=2e24")
    {'flop': '2e24', 'by': 'flop', 'epochs': '1', 'attention': '1', 'post_training': '1', 'synthetic': '1'}
    """
    given = dict(parse_qsl(link))
    way = "flop" if "flop" in given else "model" if "tokens" in given else "hardware"
    return {**given, "by": way, **{one.name: given.get(one.name, "1") for one in MULTIPLES}}


def as_of_input() -> date:
    """Draw the day whose law is asked about; today where the URL names none."""
    today = datetime.now(UTC).date()
    from_url("as_of", today.isoformat(), date_in, read=date_in)
    st.date_input(
        "Law as of", key="as_of", min_value=FIRST_DAY, max_value=LAST_DAY, format="YYYY-MM-DD",
        help="Past and future days work too: a text decides only while it is in force",
    )  # fmt: skip
    return date_in(to_url("as_of", today.isoformat()))


def date_in(text: str) -> date:
    """Read a day.

    Raises:
        BadInput: It is none, or out of the range that is offered.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise BadInput(f"'{text[:20]}' is no day that can be asked about", "address, as_of", "write e.g. 2026-01-31")
    return day


def _read_fields(fields: list[Field] | tuple[Field, ...]) -> dict[str, str]:
    given = {}
    for field in fields:
        from_url(field.name, field.default)
        st.text_input(
            field.label, key=field.name, help=field.help, placeholder=field.default or field.example, max_chars=200
        )
        text = to_url(field.name, field.default)
        if not text.strip():
            continue
        given[field.name] = text
        try:
            st.caption(read_quantity(text, DIMENSIONS[field.name], field.label).echo())
        except TouchstoneError as error:
            st.caption(f":red[{error.what}]: {error.fix}")
    return given


def _read_facts() -> dict[str, str]:
    given = {}
    for name, label in FACT_LABELS.items():
        words = FACTS[name]  # type: ignore[index]
        usual = USUAL.get(name, UNKNOWN)
        from_url(name, usual, _checker((UNKNOWN, *words)))
        st.selectbox(
            label, [UNKNOWN, *words], key=name, format_func=lambda word: word.replace("_", " "),
            help="Not stated leaves open what turns on it",
        )  # fmt: skip
        if (word := to_url(name, usual)) != UNKNOWN:
            given[name] = word
    return given


def _checker(words: tuple[str, ...]) -> Callable[[str], object]:
    return lambda value: choice(value, words, "address")
