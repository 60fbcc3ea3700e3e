"""Copy a licence policy, change it, see what it would do, keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import number, page_header, plain, source_line
from app.components.policy_views import licences, moved_table, preview
from app.components.use_bar import use_bar
from app.theme import USE_LABELS
from governance.catalogue.vocabulary import HOST_LABELS, HOSTS, USE_CLASSES
from governance.errors import TouchstoneError
from governance.provenance.lineage import short_licence
from governance.provenance.own_policies import read_policy, remove_policy, save_policy
from governance.provenance.policies import POLICIES, Policy
from governance.records.documents import free_id
from governance.records.lists import lists

QUESTION = "By which rule are licences read?"
NOTHING = "nothing"
"""What a parent without a record counts as, where it adds no terms."""
COMBINE = {"strictest": "All of them must allow it", "loosest": "One that allows it is enough"}
FIELDS = ("title", "help", "hosts", "combine", "ignored_licences", "unspecified_as", "unknown_as", "missing_parent_as",
          "model_terms")  # fmt: skip


def policy_editor(base: Policy, snapshot: str) -> None:
    """Draw the settings in the sidebar, and in the middle what they would do.

    The draft is in the address, so it survives a reload and can be shared.

    Args:
        base: The policy to copy, or the user's own one to change.
        snapshot: State of the audit to count on.
    """
    own = base.id not in POLICIES
    _load(base)
    with st.sidebar:
        fields = _form(snapshot)
    taken = [*state.policies()]
    try:
        draft = read_policy({**fields, "id": base.id if own else free_id(fields["title"], taken)})
        _warn_twice()
    except TouchstoneError as error:
        page_header(QUESTION, "**This rule cannot be read yet.**")
        show_error(error)
        return
    _to_url(draft, base)
    shown = preview(base.model_dump_json(), draft.model_dump_json(), snapshot, state.version())
    actions = page_header(
        QUESTION,
        f"**{number(shown.effective_changed)} of {number(shown.after.n)} datasets change class** once lineage counts, "
        f"{number(shown.own_changed)} by their own licences, against {plain(base.title)}.",
        help="Change the settings at the left; nothing is kept until you save.",
    )
    with actions:
        st.button(
            "Save", icon=":material/save:", key="policy-save", on_click=_save, args=(draft,),
            help="Keeps the rule; it can then be chosen wherever licences are read",
        )  # fmt: skip
        if own:
            _delete_menu(base)
        st.button("Back", icon=":material/arrow_back:", key="policy-back", on_click=_leave, help="Drops the changes")
    use_bar(
        {
            f"{base.title}, once lineage counts": shown.before.effective_use,
            "As set here, once lineage counts": shown.after.effective_use,
            f"{base.title}, own licences": shown.before.licence_use,
            "As set here, own licences": shown.after.licence_use,
        }
    )
    if shown.moved:
        st.markdown(f"**{number(len(shown.moved))} datasets change class**")
        moved_table(shown.moved)
    else:
        empty("Nothing changes class.", "Change a setting at the left, such as what no stated licence counts as.")
    source_line("Source: Data Provenance Collection (Apache-2.0)", f"snapshot {snapshot}", n=shown.after.n, legal=True)


def _form(snapshot: str) -> dict[str, Any]:
    known = {row.id: row for row in licences(snapshot, state.version())}
    options = [*known, *(key for key in _in_use() if key not in known)]
    fields: dict[str, Any] = {
        "title": st.text_input("Name", key="p-title", max_chars=80, help="How it is called wherever you choose a rule"),
        "help": st.text_area("What it does", key="p-help", max_chars=400, height=70, help="In a sentence; optional"),
        "hosts": st.pills(
            "Whose statements count", HOSTS, key="p-hosts", format_func=lambda host: HOST_LABELS[host],
            selection_mode="multi",
            help="The audit's own reading, and the sites that host a dataset or its code",
        ),
        "combine": st.radio(
            "Where they differ", list(COMBINE), key="p-combine", format_func=lambda word: COMBINE[word],
            help="Matters where more than one is asked; a site that states nothing does not count",
        ),
        "ignored_licences": st.multiselect(
            "Licences left out", options, key="p-ignored_licences", format_func=short_licence,
            placeholder="e.g. OpenAI", help="As if they were not stated; where none remain, no licence is stated",
        ),
        "unspecified_as": _use("No licence stated counts as", "unspecified_as", "The host names none"),
        "unknown_as": _use("A licence in no table counts as", "unknown_as", "Nobody has classed its terms"),
    }  # fmt: skip
    missing = st.selectbox(
        "A parent without a record counts as", [NOTHING, *USE_CLASSES], key="p-missing_parent_as",
        format_func=lambda use: "nothing: it adds no terms" if use == NOTHING else USE_LABELS[use],
        help="A dataset that is named as a parent, but that nobody recorded",
    )  # fmt: skip
    fields["missing_parent_as"] = None if missing == NOTHING else missing
    fields["model_terms"] = st.toggle(
        "Terms of a generating model bind", key="p-model_terms", help="What a provider's terms say of text it generated"
    )
    overrides: dict[str, str] = {}
    for use in USE_CLASSES:
        chosen = st.multiselect(
            f"Read as {USE_LABELS[use]}", options, key=f"p-as-{use}", format_func=short_licence, placeholder="none",
            help="Licences that this rule classes so, whatever the audit's table says",
        )  # fmt: skip
        overrides |= dict.fromkeys(chosen, use)
    return {**fields, "overrides": overrides}


def _use(label: str, field: str, help: str) -> str:
    return st.selectbox(label, USE_CLASSES, key=f"p-{field}", format_func=lambda use: USE_LABELS[use], help=help)


def _load(base: Policy) -> None:
    """Give the widgets the draft of the address where it is not the one they hold: on arrival, or by going back."""
    asked = (base.id, st.query_params.get("draft", ""))
    if st.session_state.get("p-written") == asked and "p-title" in st.session_state:
        return
    draft = base if base.id not in POLICIES else base.model_copy(update={"title": f"{base.title}, my copy"[:80]})
    try:
        changed = json.loads(asked[1] or "{}")
        draft = read_policy({**draft.model_dump(mode="json"), **(changed if isinstance(changed, Mapping) else {})})
    except (ValueError, RecursionError, TouchstoneError):
        st.warning("The draft in the address cannot be read; you see the rule it started from.")
    for field in FIELDS:
        value = getattr(draft, field)
        st.session_state[f"p-{field}"] = list(value) if isinstance(value, tuple) else value
    st.session_state["p-missing_parent_as"] = draft.missing_parent_as or NOTHING
    for use in USE_CLASSES:
        st.session_state[f"p-as-{use}"] = [key for key, found in draft.overrides.items() if found == use]
    st.session_state["p-written"] = asked


def _to_url(draft: Policy, base: Policy) -> None:
    before = base.model_dump(mode="json")
    changed = {
        name: value for name, value in draft.model_dump(mode="json").items() if name != "id" and value != before[name]
    }
    text = json.dumps(changed, ensure_ascii=False, separators=(",", ":")) if changed else ""
    if text:
        st.query_params["draft"] = text
    elif "draft" in st.query_params:
        del st.query_params["draft"]
    st.session_state["p-written"] = (base.id, text)


def _in_use() -> list[str]:
    kept = st.session_state
    lists_of = [kept["p-ignored_licences"], *(kept[f"p-as-{use}"] for use in USE_CLASSES)]
    return list(dict.fromkeys(key for chosen in lists_of for key in chosen))


def _warn_twice() -> None:
    """Warn where a licence is read as two classes; the strictest then counts."""
    chosen = [key for use in USE_CLASSES for key in st.session_state[f"p-as-{use}"]]
    twice = sorted({short_licence(key) for key in chosen if chosen.count(key) > 1})
    if twice:
        st.sidebar.warning(f"{plain(', '.join(twice))} stands under two classes: the stricter one counts.")


def _delete_menu(policy: Policy) -> None:
    used = [one.name for one in lists(state.workbench()) if one.policy_id == policy.id]
    with st.popover("Delete", icon=":material/delete:", help="Forget this rule of yours"):
        said = f" {len(used)} of your lists were read by it and would fall back to the audit rule." if used else ""
        st.markdown(f"Delete **{plain(policy.title)}**? This cannot be undone.{said}")
        st.button(
            "Delete for good", icon=":material/delete_forever:", key="policy-delete", type="primary",
            on_click=_delete, args=(policy,),
        )  # fmt: skip


def _save(draft: Policy) -> None:
    try:
        save_policy(state.workbench(), draft, datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)
        return
    _leave()
    st.toast(f"Saved **{plain(draft.title)}**; choose it under Licences read by.", icon=":material/check:")


def _delete(policy: Policy) -> None:
    try:
        remove_policy(state.workbench(), policy.id)
    except TouchstoneError as error:
        show_error(error)
        return
    _leave()
    st.toast(f"Deleted **{plain(policy.title)}**.", icon=":material/delete:")


def _leave() -> None:
    for name in ("edit", "draft"):
        if name in st.query_params:
            del st.query_params[name]
    st.session_state.pop("p-written", None)
