"""The form for a model of the reader's own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from governance.compute.own_models import PREFIX, add_model, model_in_words
from governance.errors import TouchstoneError

FIELDS: dict[str, tuple[str, str, str]] = {
    "organisation": ("Organisation", "", "Who made it; several after commas"),
    "parameters": ("Parameters", "e.g. 70B", "A number or a range in plain words"),
    "active_parameters": ("Active parameters", "e.g. 12B", "Those used for one token, where fewer than all"),
    "tokens": ("Training tokens", "e.g. 15T", "Tokens seen, repeats included"),
    "training_flop": ("Training FLOP", "e.g. 1e25, or 5e24 to 2e25", "Operations; a range is read as holding 90%"),
    "hardware": ("Hardware", "e.g. NVIDIA H100", "The chip it was trained on"),
}
_FAILED, _SAVED = "own-failed", "own-saved"


def own_model_form() -> None:
    """Draw the form; what is typed stays until it is saved."""
    if (saved := st.session_state.pop(_SAVED, None)) is not None:
        st.success(f"Saved **{plain(saved)}**. It is in the table with origin “yours”.", icon=":material/check:")
    if (error := st.session_state.pop(_FAILED, None)) is not None:
        show_error(error)
    with st.form("own-model", border=False):
        first, second = st.columns(2)
        first.text_input("Name", key="own-name", max_chars=200, help="Also gives its id")
        second.date_input(
            "Released", value=None, key="own-released", format="YYYY-MM-DD", min_value=date(1950, 1, 1),
            max_value=date(2100, 1, 1), help="Leave empty where unknown",
        )  # fmt: skip
        for number, (field, (label, example, help_text)) in enumerate(FIELDS.items()):
            place = (first, second)[number % 2]
            place.text_input(label, key=f"own-{field}", placeholder=example, max_chars=200, help=help_text)
        st.form_submit_button("Save the model", icon=":material/save:", on_click=_save, help="Kept in your workbench")


def _save() -> None:
    kept = st.session_state
    try:
        model = model_in_words(
            kept["own-name"], {field: kept[f"own-{field}"] for field in FIELDS}, kept.get("own-released")
        )
        add_model(state.workbench(), model, datetime.now(UTC))
    except TouchstoneError as error:
        kept[_FAILED] = error
        return
    for field in ("name", *FIELDS):
        kept[f"own-{field}"] = ""
    kept["own-released"] = None
    kept[_SAVED] = f"{model.name} ({PREFIX}{model.id})"
