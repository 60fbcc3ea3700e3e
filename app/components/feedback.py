"""Errors and empty states: what is the matter, where, and the one step that helps."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from app.components.frame import plain
from governance.errors import TouchstoneError

log = logging.getLogger("touchstone")


def show_error(error: TouchstoneError) -> None:
    """Show an error the reader can act on."""
    st.error(
        f"**{plain(_sentence(error.what))}**  \n{plain(_sentence(error.fix))}  \n:small[{plain(error.where)}]",
        icon=":material/error:",
    )


def show_unexpected(error: Exception) -> str:
    """Show that something failed here, without its inside; the log has the rest under the same reference.

    Returns:
        The reference.
    """
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    st.error(
        f"**This page could not be drawn.** Nothing you saved is lost.  \n"
        f"Reload the page. If it happens again, report the reference **{reference}**: the server's log has the cause.",
        icon=":material/error:",
    )
    return reference


def on_script_error(error: Exception) -> bool:
    """Show any exception of a page or a widget's callback calmly; Streamlit then shows nothing itself."""
    if isinstance(error, TouchstoneError):
        show_error(error)
    else:
        show_unexpected(error)
    return True


def empty(what: str, step: str) -> None:
    """Say why nothing is shown, and the one step that helps.

    Args:
        what: Why, as a sentence.
        step: What to do next, as a sentence.
    """
    st.info(f"**{what}**  \n{step}", icon=":material/info:")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
