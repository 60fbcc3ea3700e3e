"""The verbs of reports: each format written, an export brought in elsewhere, the example loaded and removed."""

from __future__ import annotations

import json

import pytest

from governance.assessment.example import EXAMPLE_ID

SOCIAL = f"{EXAMPLE_ID}-si-1"


@pytest.fixture
def loaded(touchstone, own_home):
    made = touchstone("example", "load", "--json")
    assert made.code == 0, made.err
    return made.json


def test_every_format_is_written_and_the_record_comes_in_again(touchstone, loaded, tmp_path):
    assert (loaded["system"], loaded["social_impact"], loaded["new"]) == (EXAMPLE_ID, SOCIAL, True)
    for format in ("json", "csv", "oscal"):
        to = tmp_path / f"report.{format}"
        told = touchstone("assess", "export", SOCIAL, "--format", format, "--to", str(to), "--json").json
        assert told["bytes"] == to.stat().st_size > 1_000
    again = touchstone("assess", "import", str(tmp_path / "report.json"), "--json").json
    assert (again["assessment"], again["outcome"]) == (SOCIAL, "unchanged")
    answers = touchstone("assess", "import", str(tmp_path / "report.csv"), "--into", SOCIAL, "--json").json
    assert (answers["created"], answers["updated"], answers["unchanged"]) == (0, 0, 39)
    assert touchstone("example", "load", "--json").json["new"] is False
    assert touchstone("example", "remove", "--json").json == {"removed": True}
    created = touchstone("assess", "import", str(tmp_path / "report.json"), "--json").json
    assert (created["outcome"], created["signed"]) == ("created", False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("assess", "export", SOCIAL, "--format", "odt", "--to", "x"), "odt"),
        (("assess", "export", "nobody-si-1", "--to", "x.json"), "there is no assessment"),
        (("assess", "import", "missing.json"), "cannot be read"),
        (("example", "remove"), "not loaded"),
    ],
)
def test_a_message_and_exit_code_2(touchstone, own_home, words, said):
    answer = touchstone(*words)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_tampered_file_is_refused(touchstone, loaded, tmp_path):
    file = tmp_path / "a.json"
    touchstone("assess", "export", SOCIAL, "--to", str(file))
    plain = json.loads(file.read_bytes())
    plain["documents"][0]["body"]["example"] = False
    file.write_text(json.dumps(plain), encoding="utf-8")
    answer = touchstone("assess", "import", str(file))
    assert answer.code == 2
    assert "example" in answer.err
