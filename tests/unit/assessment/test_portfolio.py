"""The portfolio: a few queries over all records give what going through them one by one gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.assessment.portfolio import portfolio
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    TRIGGER,
    Answer,
    Assessment,
    Evidence,
    Remark,
    RiskAnswer,
    Signature,
    System,
    SystemVersion,
)
from governance.assessment.staleness import staleness
from governance.assessment.standing import Part, flags_of, is_older, newest_version, standing
from governance.assessment.vocabulary import LEVELS, MODALITIES, PARTIES, STATES, STATUSES
from governance.errors import NotAllowed
from governance.records.people import Actor
from governance.records.store import open_workbench, write
from tests.unit.assessment.slow_portfolio import slow_portfolio

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNED = Signature(by="local:ben", name="Ben", at=datetime(2025, 1, 2, tzinfo=UTC), proven=False, digest="0" * 64)
ONE, TWO = (
    SystemVersion(version="1.0", released=date(2025, 1, 1)),
    SystemVersion(version="2.0", released=date(2026, 1, 1)),
)
PUT = "INSERT INTO document (kind, id, body, revision, created, updated, parent) VALUES (?, ?, ?, 1, ?, ?, ?)"
DAYS = st.none() | st.integers(-40, 140).map(lambda days: TODAY + timedelta(days=days))


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with open_workbench(tmp_path_factory.mktemp("bench"), NOW) as opened:
        yield opened


def fill(bench, records):
    """Put records in place of all there were, by one statement."""
    rows = [(kind, key, one.model_dump_json(), parent) for kind, key, one, parent in records]

    def put(change):
        change.fetch("DELETE FROM document")
        change.note("create", "bench", "all", None, None)
        for kind, key, body, parent in rows:
            change.fetch(PUT, [kind, key, body, change.at, change.at, parent])
        change.note("create", "system", "drawn", None, None)

    write(bench, put, NOW)


@st.composite
def workbenches(draw, framework):
    """Draw up to three systems with all that belongs to them."""
    records = []
    for number in range(draw(st.integers(0, 3))):
        system = System(
            id=f"s{number}",
            name=draw(st.sampled_from(("Zeta", "alpha", "Alpha"))),
            modalities=tuple(draw(st.sets(st.sampled_from(MODALITIES), min_size=1))),
            versions=tuple(
                SystemVersion(version=f"{place}.0", released=draw(DAYS)) for place in range(draw(st.integers(0, 3)))
            ),
        )
        names = ("", "odd", *(one.version for one in system.versions))
        records.append((SYSTEM, system.id, system, None))
        pieces = [f"{system.id}-e{place}" for place in range(3)]
        for key in pieces[: draw(st.integers(0, 3))]:
            evidence = Evidence(
                id=key, title="t", kind="link", effective=draw(DAYS), system_version=draw(st.sampled_from(names))
            )
            records.append((EVIDENCE, key, evidence, system.id))
        for form in ("social_impact", "risk"):
            for turn in range(draw(st.integers(0, 2))):
                key = f"{system.id}-{form[:4]}-{turn + 1}"
                head = Assessment(
                    id=key, system=system.id, form=form, number=turn + 1, state=draw(st.sampled_from(STATES)),
                    system_version=draw(st.sampled_from(names)), framework="1", review_by=draw(DAYS),
                    signatures=draw(st.sampled_from(((), (SIGNED,)))),
                )  # fmt: skip
                records.append((ASSESSMENT, key, head, system.id))
                records += draw(answered(key, framework, pieces) if form == "social_impact" else risky(key, pieces))
                if form == "risk" and draw(st.booleans()):
                    records.append(
                        (TRIGGER, f"{key}-trigger-1", Remark(kind="comment", text="stands for an event"), key)
                    )
                if draw(st.booleans()):
                    remark = Remark(
                        kind=draw(st.sampled_from(("request", "comment"))), text="x", resolved=draw(st.booleans())
                    )
                    records.append((REMARK, f"{key}-r", remark, key))
    return records


@st.composite
def answered(draw, key, framework, pieces):
    rests = st.lists(st.sampled_from(pieces), unique=True, max_size=2).map(tuple)
    items = draw(st.sets(st.sampled_from([item.id for item in framework.items] + ["B9.9"]), max_size=8))
    return [
        (ANSWER, f"{key}-{item.lower().replace('.', '-')}", Answer(
            item=item, status=draw(st.sampled_from(STATUSES)), party=draw(st.sampled_from((None, *PARTIES))),
            level=draw(st.sampled_from((None, *LEVELS))), review_by=draw(DAYS), evidence=draw(rests),
        ), key)
        for item in sorted(items)
    ]  # fmt: skip


@st.composite
def risky(draw, key, pieces):
    sections = draw(st.sets(st.sampled_from(("R2", "R4", "R5")), max_size=3))
    values = {
        "R2": {"capability_evidence": draw(st.lists(st.sampled_from(pieces), unique=True)), "severity": ""},
        "R4": {"risk_tier": "low", "decision": "deploy", "release_mode": "api", "guardrails": "g", "residual": "r",
               "decider": "d"},
        "R5": {} if (day := draw(DAYS)) is None else {"reassess_by": day.isoformat()},
    }  # fmt: skip
    return [
        (ANSWER, f"{key}-{item.lower()}", RiskAnswer(item=item, values=values[item]), key) for item in sorted(sections)
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_fast_way_equals_going_record_by_record(bench, framework, data):
    fill(bench, data.draw(workbenches(framework)))
    found = portfolio(bench, framework, TODAY)
    standings, cells = slow_portfolio(bench, framework, TODAY)
    assert list(found.standings) == standings
    rows = {(row["system"], row["group"], row["party"]): row for row in found.cells.to_dicts()}
    assert rows.keys() == cells.keys()
    for key, (items, no, left, counts) in cells.items():
        row = rows[key]
        levels = counts.levels
        assert (row["items"], row["not_applicable"], row["not_assessed"]) == (items, no, left)
        assert (row["none_found"], row["found"], row["assessed"]) == (counts.none_found, counts.found, counts.assessed)
        assert row["share"] == counts.share
        assert (row["level_n"], row["level_median"]) == (levels.n, levels.median)
        assert (row["level_low"], row["level_high"]) == (levels.low, levels.high)
    systems = [one.system.id for one in found.standings]
    for party in ("first", "not_stated"):
        heat = {(row["system"], row["group"]): row for row in found.heat(systems, party).to_dicts()}
        for (system, group, by), (_, _, _, counts) in cells.items():
            if by == party:
                assert (heat[system, group]["assessed"], heat[system, group]["share"]) == (
                    counts.assessed,
                    counts.share,
                )
        assert sum(row["assessed"] for row in heat.values()) == sum(
            counts.assessed for (_, _, by), (_, _, _, counts) in cells.items() if by == party
        )


@pytest.fixture
def chat(bench):
    """Give one system, signed for a version that is no longer the newest."""
    system = System(id="chat", name="Chat", versions=(ONE, TWO))
    social = Assessment(
        id="chat-si-1", system="chat", form="social_impact", framework="1", state="signed", system_version="1.0",
        signatures=(SIGNED,), review_by=date(2026, 6, 20),
    )  # fmt: skip
    old = Evidence(id="chat-e1", title="Card", kind="link", effective=date(2025, 6, 1))
    answer = Answer(item="B4.2", status="found", evidence=("chat-e1",), review_by=date(2026, 5, 30))
    fill(bench, [
        (SYSTEM, "chat", system, None), (ASSESSMENT, "chat-si-1", social, "chat"), (EVIDENCE, "chat-e1", old, "chat"),
        (ANSWER, "chat-si-1-b4-2", answer, "chat-si-1"),
    ])  # fmt: skip
    return bench


def test_what_it_says_of_a_system_that_moved_on(chat, framework):
    (one,) = portfolio(chat, framework, TODAY).standings
    assert [flag.text for flag in one.flags] == [
        "signed 2025-01-02 for version 1.0; version 2.0 is out",
        "review of 1 item was due, first on 2026-05-30",
        "1 piece of evidence is older than version 2.0",
    ]
    assert [(due.days, due.what, due.item) for due in one.due] == [
        (-2, "1 item", "B4.2"), (19, "the social-impact evaluation", ""),
    ]  # fmt: skip
    assert [action.text for action in one.actions][-1] == "Start the risk assessment."
    assert one.newest == "2.0"


def test_flags_are_of_the_day_and_not_kept(chat, framework):
    (one,) = portfolio(chat, framework, date(2025, 3, 1)).standings
    assert one.flags == ()
    assert one.due == ()


def test_next_actions_of_a_draft(bench, framework):
    draft = Assessment(id="chat-si-1", system="chat", form="social_impact", framework="1")
    said = [Answer(item=item, status="found") for item in ("B4.1", "B4.2")]
    fill(bench, [
        (SYSTEM, "chat", System(id="chat", name="Chat"), None), (ASSESSMENT, draft.id, draft, "chat"),
        *((ANSWER, f"chat-si-1-{place}", one, draft.id) for place, one in enumerate(said)),
        (REMARK, "r1", Remark(kind="request", text="say how"), draft.id),
    ])  # fmt: skip
    (one,) = portfolio(bench, framework, TODAY).standings
    texts = {action.text: action.item for action in one.actions}
    assert next(iter(texts)) == "1 request for change is open."
    assert texts["3 items of Privacy and data protection are not assessed."] == "B4.3"
    assert texts["2 findings of Privacy and data protection rest on no evidence."] == "B4.1"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param("in_review", "The social-impact evaluation waits for a second reviewer.", id="in-review"),
        pytest.param("draft", "Every item is answered: send the social-impact evaluation to review.", id="complete"),
    ],
)
def test_words_of_a_state(state, words):
    part = Part(assessment=Assessment(id="a", system="s", form="social_impact", framework="1", state=state))
    assert words in [one.text for one in standing(System(id="s", name="S"), [part], TODAY).actions]


@pytest.mark.parametrize(
    ("versions", "assessed", "flagged"),
    [
        pytest.param((ONE, TWO), "1.0", True, id="newer-out"),
        pytest.param((ONE, TWO), "2.0", False, id="the-newest"),
        pytest.param((ONE, SystemVersion(version="3.0", released=date(2027, 1, 1))), "1.0", False, id="not-out-yet"),
        pytest.param((ONE, SystemVersion(version="3.0")), "1.0", True, id="day-unknown"),
        pytest.param((ONE, TWO), "", False, id="version-not-stated"),
        pytest.param((), "1.0", False, id="no-versions"),
    ],
)
def test_a_newer_version(versions, assessed, flagged):
    system = System(id="s", name="S", versions=versions)
    part = Part(assessment=Assessment(id="a", system="s", form="risk", framework="1", system_version=assessed))
    assert (flags_of(system, part, TODAY) != []) is flagged


@pytest.mark.parametrize(
    ("effective", "about", "older"),
    [
        pytest.param(date(2025, 12, 31), "", True, id="the-day-before"),
        pytest.param(date(2026, 1, 1), "", False, id="the-same-day"),
        pytest.param(None, "", False, id="unknown"),
        pytest.param(date(2025, 12, 1), "2.0", False, id="made-for-it-before-its-release"),
        pytest.param(date(2025, 5, 1), "3.0", True, id="about-one-that-is-not-out"),
        pytest.param(date(2026, 5, 1), "1.0", True, id="about-the-old-one-though-made-later"),
        pytest.param(date(2025, 5, 1), "beta", True, id="about-one-that-is-not-listed"),
    ],
)
def test_older_evidence(effective, about, older):
    later = SystemVersion(version="3.0", released=date(2027, 1, 1))
    system = System(id="s", name="S", versions=(ONE, TWO, later))
    assert is_older(system, newest_version(system, TODAY), effective, about) is older


@given(st.lists(DAYS, max_size=3), DAYS, st.integers(-1, 3), st.integers(0, 400))
def test_older_evidence_is_what_the_list_of_evidence_calls_older(releases, effective, about, ago):
    versions = tuple(SystemVersion(version=f"{n}.0", released=day) for n, day in enumerate(releases))
    system = System(id="s", name="S", versions=versions)
    newest, added = newest_version(system, TODAY), TODAY - timedelta(days=ago)
    named = "" if about < 0 else f"{about}.0"
    evidence = Evidence(id="e", title="t", kind="link", effective=effective, system_version=named)
    older = newest is not None and staleness(evidence, system, newest.version, added=added).stale
    assert is_older(system, newest, effective or added, named) is older


@pytest.mark.parametrize("days", [30, 90])
def test_due_reviews_within_some_days(bench, framework, days):
    records = []
    for number in range(4):
        head = Assessment(
            id=f"s{number}-si-1", system=f"s{number}", form="social_impact", framework="1",
            review_by=TODAY + timedelta(days=30 * number + 1 - 30),
        )  # fmt: skip
        records += [
            (SYSTEM, f"s{number}", System(id=f"s{number}", name="S"), None),
            (ASSESSMENT, head.id, head, head.system),
        ]
    fill(bench, records)
    assert [due.days for _, due in portfolio(bench, framework, TODAY).due(days)] == [
        one for one in (-29, 1, 31, 61) if one <= days
    ]


def test_an_empty_workbench_and_somebody_without_a_role(bench, framework):
    fill(bench, [])
    found = portfolio(bench, framework, TODAY)
    assert (found.standings, found.cells.height, found.due(), found.actions()) == ((), 0, [], [])
    with pytest.raises(NotAllowed):
        portfolio(bench.acting(Actor(email="eve", name="Eve", role=None)), framework, TODAY)
