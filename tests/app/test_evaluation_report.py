"""The button of a report: two files, made only when they are asked for."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page():
    from app.components.evaluation_report import report_button

    def make():
        raise AssertionError("made before it was asked for")

    report_button(make, key="leaders")


def test_both_formats_are_offered_and_none_is_made():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    labels = [one.label for one in app.get("download_button")]
    assert labels == ["HTML to print", "Markdown"]
