"""The verbs over many assessments: what they print is what the library gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.coverage import coverage
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.systems import add_version, save_system
from governance.catalogue.connect import open_catalogue
from governance.records.people import Actor
from governance.records.store import open_workbench

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ANA = Actor(email="ana", name="Ana", role="contributor")
BO = Actor(email="bo", name="Bo", role="reviewer")
FOUND = Answer(item="B1.1", status="found", finding="A gap", method="BBQ", party="third", level=2)


@pytest.fixture
def ours(own_home, touchstone):
    """Give the command line with two systems, one of them signed for a version that is no longer the newest."""
    with open_catalogue() as connection:
        framework = load_framework(connection)
    with open_workbench(now=NOW, actor=ANA) as bench:
        for name in ("Acme Chat", "Borealis"):
            record = System(id=name.casefold().replace(" ", "-"), name=name, versions=(SystemVersion(version="1.0"),))
            save_system(bench, record, NOW)
            start_assessment(bench, record.id, "social_impact", framework, NOW)
        save_answer(bench, "acme-chat-si-1", FOUND, framework, NOW)
        submit(bench, "acme-chat-si-1", NOW)
        sign(bench.acting(BO), "acme-chat-si-1", digest_of(bench, "acme-chat-si-1"), NOW)
        later = NOW + timedelta(days=1)
        add_version(bench, "acme-chat", SystemVersion(version="2.0", released=date(2026, 5, 1)), later)
    return touchstone


def test_the_portfolio(ours):
    found = ours("portfolio", "--as-of", "2026-06-01", "--json").json
    assert (found["as_of"], found["total"], found["party"]) == ("2026-06-01", 2, "all")
    acme, other = found["systems"]
    assert (acme["id"], acme["newest_version"]) == ("acme-chat", "2.0")
    part = acme["assessments"]["social_impact"]
    assert (part["state"], part["assessed"], part["found"], part["items"]) == ("signed", 1, 1, 39)
    assert "version 2.0 is out" in acme["out_of_date"][0]["text"]
    assert acme["next"][0]["kind"] == "renew"
    bias = {row["group"]: row for row in acme["coverage"]}["B1"]
    assert (bias["assessed"], bias["share"], bias["level_median"], bias["level_n"]) == (1, 0.2, 2.0, 1)
    assert {row["group"]: row for row in other["coverage"]}["B1"]["level_median"] is None
    first = ours("portfolio", "--party", "first", "--text", "acme", "--json").json
    assert [row["assessed"] for row in first["systems"][0]["coverage"] if row["group"] == "B1"] == [0]


@pytest.mark.parametrize(
    ("show", "ids"),
    [("all", ["acme-chat", "borealis"]), ("stale", ["acme-chat"]), ("draft", ["borealis"]), ("none", [])],
)
def test_which_systems(ours, show, ids):
    assert [one["id"] for one in ours("portfolio", "--show", show, "--json").json["systems"]] == ids


def test_coverage_is_the_library_s(ours):
    found = ours("assess", "coverage", "acme-chat-si-1", "--json").json
    with open_workbench() as bench, open_catalogue() as connection:
        same = coverage(bench, load_framework(connection), "acme-chat-si-1")
    assert found == same.model_dump(mode="json")
    assert found["groups"][0]["parties"]["third"]["levels"] == {"n": 1, "median": 2.0, "low": 2, "high": 2}
    seven = ours("assess", "coverage", "acme-chat-si-1", "--by", "dimensions", "--json").json
    assert [group["id"] for group in seven["groups"]] == [f"E{n}" for n in range(1, 8)]


def test_two_assessments_compared(ours):
    found = ours("assess", "compare", "acme-chat-si-1", "borealis-si-1", "--json").json
    assert found["counts"] == {"same": 38, "differs": 0, "only_first": 1, "only_second": 0}
    assert [one["item"] for one in found["items"]][:2] == ["B1.1", "B1.2"]
    assert "B1.1" in ours("assess", "compare", "acme-chat-si-1", "borealis-si-1").text


def test_what_changed_since_it_was_signed(ours):
    found = ours("assess", "changes", "acme-chat-si-1", "--json").json
    assert (found["signed"], found["versions"], found["answers"]) == ("acme-chat-si-1", ["2.0"], [])
    made = ours("assess", "new-version", "acme-chat-si-1", "--reason", "2.0 is out", "--as", "Ana", "--json").json
    ours("assess", "answer", made["id"], "B1.1", "--finding", "No gap", "--as", "Ana")
    found = ours("assess", "changes", made["id"], "--json").json
    assert (found["signed"], [one["item"] for one in found["answers"]]) == ("acme-chat-si-1", ["B1.1"])
    (change,) = found["answers"][0]["changes"]
    assert (change["field"], change["before"], change["after"]) == ("finding", "A gap", "No gap")
    assert {one["field"] for one in found["header"]} == {"system_version"}
    assert ours("assess", "changes", "borealis-si-1", "--json").json["signed"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("portfolio", "--show", "odd"), "'odd' is not known", id="show"),
        pytest.param(("portfolio", "--party", "fourth"), "'fourth' is not known", id="party"),
        pytest.param(("portfolio", "--as-of", "soon"), "'soon' is no day", id="day"),
        pytest.param(("assess", "coverage", "nothing-si-1"), "there is no assessment", id="no-assessment"),
        pytest.param(("assess", "compare", "acme-chat-si-1", "x"), "there is no assessment 'x'", id="no-second"),
        pytest.param(("assess", "changes", "x"), "there is no assessment 'x'", id="no-changes"),
    ],
)
def test_bad_input_is_one_line(ours, words, said):
    answer = ours(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_two_forms_are_not_compared(ours):
    ours("assess", "start", "borealis", "--form", "risk")
    answer = ours("assess", "compare", "acme-chat-si-1", "borealis-risk-1")
    assert "by the same form" in answer.err
    assert "has no categories" in ours("assess", "coverage", "borealis-risk-1").err


def test_for_people(ours):
    text = ours("portfolio", "--as-of", date(2026, 6, 1).isoformat()).text
    assert "1 of 39" in text
    assert "Signed" in text
    assert "none given" in ours("assess", "coverage", "borealis-si-1").text
    assert "nothing found" in ours("portfolio", "--show", "none").text
