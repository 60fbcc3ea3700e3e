"""Take a view of an evaluation away as a short report: the file is made only when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from governance.evaluation.report import Report
from governance.exports.evaluation_report import report_html, report_markdown


def report_button(make: Callable[[], Report], *, key: str = "report") -> None:
    """Offer the view as a report, for the place that `page_header` gives for actions.

    Args:
        make: Makes the report; called outside the script run, so it must not read widgets: hand it what they gave.
        key: Unique on the page.
    """
    with st.popover(
        "Report", icon=":material/download:", help="Answer, settings, figures, n, intervals and licence on a page"
    ):
        st.caption("Both state n, estimator, rule for ties, interval, seed, data version and licence.")
        name = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
        st.download_button(
            "HTML to print", lambda: report_html(make()), f"{name}.html", "text/html", key=f"{key}-html",
            type="primary", on_click="ignore", help="One file that loads nothing",
        )  # fmt: skip
        st.download_button(
            "Markdown", lambda: report_markdown(make()), f"{name}.md", "text/markdown", key=f"{key}-md",
            on_click="ignore", help="For a repository or a document",
        )  # fmt: skip
