"""The menus of reports: every format is offered; a file comes in, or is refused with a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from app.components import report_menu, state
from governance.assessment.example import EXAMPLE_ID, load_example
from governance.exports.assessment_formats import REPORT_FORMATS
from governance.exports.assessment_package import export_assessment

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SOCIAL = f"{EXAMPLE_ID}-si-1"


def page():
    from app.components.import_menu import import_menu
    from app.components.report_menu import report_menu
    from governance.assessment.example import EXAMPLE_ID

    import_menu()
    report_menu(f"{EXAMPLE_ID}-si-1")


def drawn():
    return AppTest.from_function(page, default_timeout=60).run()


def pressed(app, label):
    return next(one for one in app.button if one.label == label).click().run()


def test_every_format_is_offered_and_its_file_is_made_when_asked_for(bench):
    load_example(bench, state.cursor(), NOW)
    app = drawn()
    (kinds,) = app.selectbox
    assert sorted(kinds.options) == sorted(report_menu.REPORT_KINDS[name].label for name in REPORT_FORMATS)
    assert not [one for one in app.checkbox if one.label == "With the uploaded files"]
    kinds.set_value("json").run()
    assert [one.label for one in app.checkbox] == ["With the uploaded files"]
    assert report_menu._content(bench, SOCIAL, "json", False) == export_assessment(bench, SOCIAL)
    assert report_menu._content(bench, SOCIAL, "pdf", False).startswith(b"%PDF")


def test_a_file_comes_in_and_a_tampered_one_is_a_message(bench):
    load_example(bench, state.cursor(), NOW)
    data = export_assessment(bench, SOCIAL)
    app = drawn()
    app.file_uploader[0].set_value(("a.json", data, "application/json")).run()
    pressed(app, "Import")
    assert "nothing changed" in app.success[0].value
    plain = json.loads(data)
    plain["documents"][0]["body"]["example"] = False
    app.file_uploader[0].set_value(("a.json", json.dumps(plain).encode(), "application/json")).run()
    pressed(app, "Import")
    assert "example cannot change" in app.error[0].value
    assert not app.exception
