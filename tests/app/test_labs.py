"""Labs: the list, an example with its planted answer, own files, settings in the address, refusals."""

from __future__ import annotations

import pytest

from governance.research.labs.registry import LABS


def words(app):
    return " ".join(str(one.value) for kind in ("markdown", "caption", "info", "error") for one in app.get(kind))


def test_labs_are_listed_with_their_questions(open_at):
    app = open_at("labs")
    assert not app.exception
    assert f"**{len(LABS)} lab" in words(app)


def test_an_example_is_said_to_be_synthetic(open_at):
    app = open_at("labs", lab="best-of-trials", **{"set-trials": "5"})
    assert not app.exception
    said = words(app)
    assert "the best of 5 trials reaches" in said
    assert "SYNTHETIC" in said
    assert app.query_params["set-trials"] in ("5", ["5"])


def test_an_own_file_is_answered_or_refused_with_its_missing_column(open_at):
    app = open_at("labs", lab="best-of-trials", data="file", **{"set-trials": "2"})
    assert "Choose a file" in words(app)
    rows = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])
    upload = app.sidebar.get("file_uploader")[0]
    upload.set_value(("own.csv", rows.encode(), "text/csv")).run()
    assert not app.exception
    assert "reaches 4 with m" in words(app)
    assert "SYNTHETIC" not in words(app)
    app.sidebar.get("file_uploader")[0].set_value(("own.csv", b"method,score\nm,1\n", "text/csv")).run()
    assert not app.exception
    assert "no column 'sparsity'" in words(app).replace("\\", "")


@pytest.mark.parametrize(
    "query",
    [
        {"lab": "luck"},
        {"lab": "best-of-trials", "set-trials": "many"},
        {"lab": "best-of-trials", "set-better": "worse"},
        {"lab": "best-of-trials", "data": "none"},
        {"lab": "best-of-trials", "seed": "-1"},
        {"lab": "best-of-trials", "set-trials": "9999"},
    ],
)
def test_a_bad_address_is_a_message(open_at, query):
    app = open_at("labs", **query)
    assert not app.exception
    assert len(app.error) == 1
