"""Claims: the ledger's figures on the page and in the API, filters in the address, a claim's card."""

from __future__ import annotations

import json

import polars as pl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.api import known_problem
from app.api_claims import ROUTES
from app.components.claim_card_views import _beside
from app.components.claim_views import theme_table
from app.components.claim_words import quantity, row_answer
from app.components.figure import chart_svg
from governance.catalogue.connect import open_catalogue
from governance.errors import TouchstoneError
from governance.research.claims import ledger, ledger_row, select_rows, status_counts
from governance.research.replications.run import CACHE
from governance.research.vocabulary import COMPUTED, STATUSES

TIES = "prompt-prioritization/tie_cut"


@pytest.fixture(scope="module", autouse=True)
def rows(catalogue_home):
    """Compute the ledger once; the homes of the tests then have it too."""
    with open_catalogue(catalogue_home) as connection:
        return ledger(connection)


@pytest.fixture
def client(own_home):
    return TestClient(Starlette(routes=ROUTES, exception_handlers={TouchstoneError: known_problem}))


def said(app):
    return " ".join(one.value for one in app.markdown)


def test_the_answer_counts_the_ledger(open_at, rows):
    app = open_at("claims")
    assert not app.exception
    assert not app.error
    numeric = select_rows(rows, kinds=["numeric"])
    counts = status_counts(numeric)
    computed = sum(counts[one] for one in COMPUTED)
    assert f"**{computed} of {len(numeric)}** checked against real data" in said(app)
    assert len(app.dataframe[-1].value) == len(numeric)


def test_filters_are_in_the_address(open_at, rows):
    app = open_at("claims", kind="all", status="differs~simulated")
    wanted = select_rows(rows, statuses=["differs", "simulated"])
    assert len(app.dataframe[-1].value) == len(wanted) > 0
    assert "checked against real data" in said(app)
    assert "theme" not in app.query_params
    app.multiselect(key="unit").set_value(["years"]).run()
    assert "No claim meets every filter" in app.info[0].value
    assert f"Drop the filter **Unit** to see {len(wanted)}" in app.info[0].value
    assert open_at("claims", status="certain").error


def test_words_and_a_paper_narrow_the_ledger(open_at, client, rows):
    app = open_at("claims", kind="all", q="ELO single")
    wanted = select_rows(rows, text="elo single")
    assert 0 < len(wanted) < len(rows)
    assert list(app.dataframe[-1].value["claim"]) == [row.claim.text for row in shown(wanted)]
    app = open_at("claims", kind="all", paper="elo-uncovered")
    assert len(app.dataframe[-1].value) == len(select_rows(rows, papers=["elo-uncovered"]))
    assert client.get("/api/claims", params={"text": "elo single"}).json()["total"] == len(wanted)
    assert client.get("/api/claims", params={"text": "x" * 501}).status_code == 400


def shown(found):
    return sorted(found, key=lambda row: (STATUSES.index(row.status), row.claim.id))


def test_choices_say_in_words_what_they_are_and_how_many(open_at, rows):
    app = open_at("claims", status="differs", kind="all")
    differs = select_rows(rows, statuses=["differs"])
    counts = status_counts(rows)
    assert f"data not public {counts['data_not_public']}" in app.multiselect(key="status").options
    themes = app.multiselect(key="theme").options
    assert any(one.startswith("merging and mixtures of experts ") for one in themes)
    assert f"human feedback {sum('human_feedback' in row.claim.themes for row in differs)}" in themes
    assert "Elo Uncovered 0" in app.multiselect(key="paper").options


def test_a_card_says_what_was_published_and_what_is_computed(open_at, rows):
    app = open_at("claims", id=TIES)
    assert not app.exception
    row = ledger_row(rows, TIES)
    text = said(app)
    assert row_answer(row) in text
    assert ":red-badge[differs]" in text
    assert "Median over the same settings" in text
    assert f"`{row.replication.code}`" in text
    assert any("Send to evidence" in one.label for one in app.button)


def test_a_card_without_a_value_says_why(open_at):
    app = open_at("claims", id="aya-expanse/winrate_70b")
    assert "**nothing is computed**: rows not public" in said(app)
    assert not any(one.label == "Recompute" for one in app.button)
    lost = open_at("claims", id="nobody/nothing")
    assert "no claim" in lost.error[0].value
    lost.button(key="claims-back").click().run()
    assert len(lost.dataframe[-1].value) > 100


@pytest.mark.parametrize(
    ("claim_id", "words", "not_words"),
    [
        pytest.param("consent-in-crisis/span", ["published 1 year", "within 4 months"], ["1 years"], id="one"),
        pytest.param("aya-23/population", ["tolerance: 5 % either way", "lies between"], ["95%"], id="bounds"),
        pytest.param("parameter-efficient-moe/updated_share", ["simulated"], ["unknown"], id="no-n-for-a-calculation"),
        pytest.param(TIES, [", which the interval holds"], [], id="differs-though-inside"),
        pytest.param("elo-uncovered/axioms_fail", ["weakens leaderboard claims, %"], [".,"], id="heading"),
    ],
)
def test_a_card_keeps_units_and_says_no_more_than_it_knows(open_at, claim_id, words, not_words):
    app = open_at("claims", id=claim_id)
    text = said(app).replace("\\", "")
    assert all(one in text for one in words)
    assert not any(one in text for one in not_words)


def test_sizes_are_billions_not_g(rows):
    row = ledger_row(rows, "aya-expanse/large_size")
    table = pl.DataFrame({"what": ["a", "b"], "value": [3.2e10, 3.23e10], "unit": ["parameters"] * 2,
                          "low": [None, None], "high": [None, None]})  # fmt: skip
    drawn = chart_svg(_beside(table, row))
    assert "30B" in drawn
    assert "30G" not in drawn


def test_computed_again_is_the_same(open_at):
    app = open_at("claims", id="mmteb/tasks")
    next(one for one in app.button if one.label == "Recompute").click().run()
    assert not app.exception
    assert "the same as before" in app.success[0].value


def test_a_card_says_what_it_was_under_earlier_data(open_at, own_home):
    kept = json.loads((own_home / CACHE).read_text())
    row = kept["mmteb/tasks"]["row"]
    kept["mmteb/tasks"]["earlier"] = {**row, "computed": 900.0, "status": "differs", "data_version": "before"}
    (own_home / CACHE).write_text(json.dumps(kept))
    app = open_at("claims", id="mmteb/tasks")
    assert not app.exception
    assert (
        "data before these (before): computed 900, now 1\u202f616; status differs, now reproduced" in app.info[0].value
    )
    next(one for one in app.button if one.label == "Recompute").click().run()
    assert "the same as before" in app.success[0].value


def test_themes_count_every_claim_of_their_papers(rows):
    table = theme_table(rows)
    assert table["claims"].sum() == sum(len(row.claim.themes) for row in rows)


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "words"),
    [
        pytest.param(54.0, "%", "up_to", "up to 54 %", id="at-most"),
        pytest.param(3.35e9, "parameters", "=", "3.35 billion", id="size"),
        pytest.param(2.1671, "x", None, "2.17 times", id="factor"),
        pytest.param(None, "x", None, "", id="none"),
    ],
)
def test_quantities_keep_their_unit(value, unit, comparator, words):
    assert quantity(value, unit, comparator) == words


def test_the_api_gives_the_ledger(client, rows):
    answer = client.get("/api/claims", params={"status": "differs"}).json()
    assert {one["claim"]["id"] for one in answer["rows"]} == {row.claim.id for row in rows if row.status == "differs"}
    one = client.get(f"/api/claims/{TIES}").json()
    assert (one["status"], one["replication"]["unit"]) == ("differs", "%")
    assert client.get("/api/claims/nobody/nothing").status_code == 404
    assert client.get("/api/claims", params={"status": "sure"}).status_code == 400
