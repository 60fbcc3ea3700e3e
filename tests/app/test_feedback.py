"""Errors on the page: what a reader can act on is said, what failed inside is not shown but logged."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def known_error_page():
    from app.components.feedback import on_script_error
    from governance.errors import BadInput

    shown = BadInput("'<b>cc-by-maybe</b>' is not a licence", "own.csv, row 14", "write an SPDX expression")
    assert on_script_error(shown)


def unexpected_error_page():
    from app.components.feedback import on_script_error

    assert on_script_error(ValueError("secret inside"))


def empty_page():
    from app.components.feedback import empty

    empty("No dataset matches", "Drop the filter on language.")


def test_known_error_says_what_where_and_fix_as_plain_text():
    app = AppTest.from_function(known_error_page).run()
    assert not app.exception
    said = app.error[0].value
    assert r"\<b\>cc\-by\-maybe\</b\>" in said
    assert "own.csv, row 14" in said
    assert "Write an SPDX expression." in said


def test_unexpected_error_keeps_its_inside_for_the_log(caplog):
    app = AppTest.from_function(unexpected_error_page).run()
    assert not app.exception
    assert "secret inside" not in app.error[0].value
    reference = caplog.records[-1].args[0]
    assert reference in app.error[0].value
    assert "secret inside" in caplog.text


def test_empty_state_says_why_and_the_next_step():
    app = AppTest.from_function(empty_page).run()
    assert "No dataset matches" in app.info[0].value
    assert "Drop the filter" in app.info[0].value
