"""The evidence review: records, the map, contradictions, criteria and case sheets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from governance.assessment.cases import cases, delete_case, get_case, read_case, run_share, save_case
from governance.assessment.records import EVIDENCE
from governance.assessment.studies import (
    ATTACHED,
    delete_study,
    find_study,
    get_study,
    own_studies,
    read_study,
    save_study,
    shipped_studies,
    studies,
    study_versions,
)
from governance.assessment.study_content import content_findings
from governance.assessment.study_records import Case, Study, StudyRecord
from governance.assessment.study_review import RULES, contradictions, quality, study_map
from governance.assessment.study_vocabulary import (
    CHAINS,
    COMPARATOR_LABELS,
    COMPARATORS,
    DIRECTION_LABELS,
    DIRECTIONS,
    LIMITATION_LABELS,
    LIMITATIONS,
    METHOD_LABELS,
    METHODS,
    NOT_STATED,
    STEP_LABELS,
    THREAT_MODEL_LABELS,
    THREAT_MODELS,
    WHOLE,
)
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.audit import audit_rows, verify
from governance.records.documents import save_document
from governance.records.people import Actor
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAIN = {
    "title": "A study", "threat_model": "TM1", "method": "red_team", "finding": "Nothing was found.",
    "direction": "no_detectable_increase",
}  # fmt: skip
TASK = {"title": "Publish an app", "task": "An agent publishes an app in a store"}


def study(key="a", **fields):
    return StudyRecord(id=key, study=Study.model_validate({**PLAIN, **fields}))


@pytest.fixture
def bench(tmp_path):
    with open_workbench(tmp_path, NOW) as opened:
        yield opened


steps = st.lists(st.sampled_from(CHAINS["TM1"]), unique=True, max_size=4).map(tuple)
records = st.lists(
    st.builds(
        lambda steps, comparator, direction, published: (steps, comparator, direction, published),
        steps,
        st.sampled_from([None, *COMPARATORS]),
        st.sampled_from(DIRECTIONS),
        st.sampled_from(["", "2023", "2024-05", "2024-05-06", "2026-01-01"]),
    ),
    max_size=12,
).map(
    lambda rows: [
        study(f"s{at}", steps=row[0], comparator=row[1], direction=row[2], published=row[3])
        for at, row in enumerate(rows)
    ]
)


@given(records)
def test_counts_sum_to_studies_by_steps(found):
    laid = study_map(found, "TM1")
    assert sum(cell.n for cell in laid.cells) == sum(max(1, len(one.study.steps)) for one in found)
    assert len(laid.cells) == len(laid.steps) * len(laid.comparators)
    assert all(sum(cell.directions.values()) == cell.n == len(cell.studies) for cell in laid.cells)
    assert (laid.n, sum(laid.directions.values())) == (len(found), len(found))
    assert laid.steps[: len(CHAINS["TM1"])] == CHAINS["TM1"], "every step is there, studied or not"
    assert laid.comparators[: len(COMPARATORS)] == COMPARATORS


@given(records)
def test_contradictions_are_opposite_ordered_and_need_both(found):
    by_id = {one.id: one.study for one in found}
    pairs = contradictions(found)
    assert pairs == contradictions(reversed(found)), "the order of the list does not matter"
    for pair in pairs:
        assert {pair.newer_direction, pair.older_direction} == {"increase", "no_detectable_increase"}
        assert by_id[pair.newer].published >= by_id[pair.older].published
        both = set(by_id[pair.newer].steps) & set(by_id[pair.older].steps)
        assert set(pair.steps) == both
        assert both or not by_id[pair.newer].steps or not by_id[pair.older].steps
    newest = [by_id[pair.newer].published for pair in pairs]
    assert newest == sorted(newest, reverse=True)


def test_the_newer_does_not_replace_the_older():
    old = study("old", direction="no_detectable_increase", published="2024-12-02")
    new = study("new", direction="increase", published="2026-02", steps=("plan",))
    (pair,) = contradictions([old, new])
    assert (pair.newer, pair.older, pair.steps, pair.same_day) == ("new", "old", (), False)
    laid = study_map([old, new], "TM1")
    assert laid.directions == {"increase": 1, "no_detectable_increase": 1, "mixed": 0, "not_tested": 0}


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        pytest.param({"direction": "increase"}, {"direction": "mixed"}, 0, id="mixed"),
        pytest.param({"direction": "increase"}, {"direction": "not_tested"}, 0, id="untested"),
        pytest.param({"direction": "increase"}, {"direction": "increase"}, 0, id="same"),
        pytest.param({"direction": "increase", "threat_model": "TM2"}, {}, 0, id="another-threat-model"),
        pytest.param({"direction": "increase", "steps": ("plan",)}, {"steps": ("produce",)}, 0, id="another-step"),
        pytest.param({"direction": "increase", "steps": ("plan",)}, {"steps": ("plan", "produce")}, 1, id="a-step"),
        pytest.param({"direction": "increase"}, {"steps": ("produce",)}, 1, id="the-whole-chain"),
    ],
)
def test_what_contradicts(one, other, pairs):
    assert len(contradictions([study("a", **one), study("b", **other)])) == pairs


def test_an_unknown_date_is_never_newer():
    pairs = contradictions([study("a", direction="increase"), study("b", published="2024")])
    assert [(pair.newer, pair.older, pair.same_day) for pair in pairs] == [("b", "a", True)]


def test_cells_that_nobody_studied_are_there():
    laid = study_map([study(steps=("plan",), comparator="internet_only")], "TM1")
    assert laid.at("plan", "internet_only").n == 1
    assert laid.at("release", "expert").n == 0
    assert laid.empty == len(laid.cells) - 1
    assert WHOLE not in laid.steps
    assert NOT_STATED not in laid.comparators
    whole = study_map([study()], "TM1")
    assert whole.at(WHOLE, NOT_STATED).n == 1


def test_another_threat_model_has_the_steps_of_its_studies():
    laid = study_map([study(threat_model="other", steps=("find a flaw", "use it"))], "other")
    assert laid.steps == ("find a flaw", "use it")


WHOLE_STUDY = {
    "threat_model_stated": True, "comparator": "internet_only", "n": 30, "value": 1.0, "low": 0.5, "high": 2.0,
    "limits_stated": True, "models": ("GPT-4",), "safeguards": "on", "transparency": "full", "independent": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "criterion", "judged"),
    [
        pytest.param({"threat_model_stated": None}, "threat_model", "not_stated", id="threat-model"),
        pytest.param({"comparator": "none"}, "comparator", "no", id="no-baseline"),
        pytest.param({"comparator": None}, "comparator", "not_stated", id="baseline-not-stated"),
        pytest.param({"n": 29}, "n", "no", id="small"),
        pytest.param({"n": None}, "n", "not_stated", id="n-not-stated"),
        pytest.param({"n": None, "limitations": ("small_n",)}, "n", "no", id="said-to-be-small"),
        pytest.param({"low": None, "high": None}, "interval", "no", id="no-interval"),
        pytest.param({"value": None, "low": None, "high": None}, "interval", "not_stated", id="no-effect"),
        pytest.param({"limits_stated": False}, "limits", "no", id="no-limits"),
        pytest.param({"safeguards": None}, "models", "no", id="no-safeguards"),
        pytest.param({"models": ()}, "models", "not_stated", id="no-models"),
        pytest.param({"transparency": "partial"}, "repeatable", "no", id="partly-open"),
        pytest.param({"limitations": ("undisclosed_methods",)}, "repeatable", "no", id="undisclosed"),
        pytest.param({"independent": None}, "independent", "not_stated", id="unknown-interest"),
        pytest.param({"limitations": ("author_interest",)}, "independent", "no", id="interest"),
    ],
)
def test_criteria_count_the_same_and_the_unstated_counts_neither_way(change, criterion, judged):
    full = quality(study(**WHOLE_STUDY))
    assert (full.met, full.judged) == (len(RULES), len(RULES))
    found = quality(study(**{**WHOLE_STUDY, **change}))
    said = {one.id: one.judged for one in found.criteria}
    assert said[criterion] == judged
    assert found.met == len(RULES) - 1
    assert found.judged == len(RULES) - (judged == "not_stated")


def test_the_least_number_is_open():
    assert quality(study(n=10), least_n=10).criteria[2].judged == "yes"
    assert quality(study()).judged == 0


def test_a_study_is_kept_changed_and_deleted(bench):
    made = save_study(bench, read_study({**PLAIN, "published": "2025"}), NOW)
    assert (made.id, made.revision, made.origin, made.author) == ("a-study", 1, "own", bench.actor.id)
    later = NOW + timedelta(days=1)
    changed = save_study(bench, made.study.model_copy(update={"n": 40}), later, made.id, made.revision)
    assert [one.study.n for one in study_versions(bench, made.id)] == [None, 40]
    assert get_study(bench, made.id, 1).study == made.study
    assert own_studies(bench) == (changed,)
    with pytest.raises(Conflict):
        save_study(bench, made.study, later, made.id, 1)
    with pytest.raises(BadInput, match="revision"):
        save_study(bench, made.study, later, made.id)
    delete_study(bench, made.id, later)
    assert own_studies(bench) == ()
    assert [row.action for row in audit_rows(bench, kind="study")] == ["delete", "update", "create"]
    assert verify(bench).ok


def test_refused_content_leaves_no_trace(bench):
    bad = Study.model_validate({**PLAIN, "finding": "It is ATGGCTAGCTAGGATCCATTGACC."})
    with pytest.raises(BadInput, match="a nucleotide sequence"):
        save_study(bench, bad, NOW)
    assert own_studies(bench) == ()
    assert audit_rows(bench) == ()


@pytest.mark.parametrize("field", ATTACHED)
def test_no_file_comes_along(field):
    with pytest.raises(BadInput, match="takes no files"):
        read_study({**PLAIN, field: "x"})


@pytest.mark.parametrize("kind", ["link", "file"])
def test_evidence_that_is_a_file_is_refused(bench, kind):
    save_document(bench, EVIDENCE, "e1", {"id": "e1", "title": "E", "kind": kind}, NOW)
    wanted = read_study({**PLAIN, "evidence": ["e1"]})
    if kind == "link":
        assert save_study(bench, wanted, NOW).study.evidence == ("e1",)
    else:
        with pytest.raises(BadInput, match="takes no files"):
            save_study(bench, wanted, NOW)
    with pytest.raises(NotFound, match="no evidence"):
        save_study(bench, read_study({**PLAIN, "evidence": ["nope"]}), NOW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"finding": " "}, "the finding is missing", id="finding"),
        pytest.param({"steps": ["design"]}, "no step of TM1", id="step-of-another"),
        pytest.param({"steps": ["plan", "plan"]}, "named twice", id="step-twice"),
        pytest.param({"threat_model": "TM3"}, "threat model", id="threat-model"),
        pytest.param({"low": 1}, "both ends", id="half-an-interval"),
        pytest.param({"value": 3, "low": 1, "high": 2}, "does not lie", id="outside"),
        pytest.param({"value": float("nan")}, "not finite", id="nan"),
        pytest.param({"published": "2024-13"}, "published", id="month"),
        pytest.param({"n": -1}, "n: ", id="negative"),
        pytest.param({"protocol": "x"}, "protocol", id="unknown-field"),
        pytest.param({"url": "javascript:alert(1)"}, "address", id="address"),
        pytest.param({"url": "https://www.uniprot.org/x"}, "store of sequences", id="store"),
        pytest.param({"doi": "AB000000"}, "number of a sequence", id="no-doi"),
    ],
)
def test_what_does_not_fit_is_said(change, said):
    with pytest.raises(BadInput, match=said):
        read_study({**PLAIN, **change})


@pytest.mark.parametrize(
    ("role", "may"), [("viewer", False), ("contributor", True), ("reviewer", True), ("admin", True), (None, False)]
)
def test_roles(bench, role, may):
    made = save_study(bench, read_study(PLAIN), NOW)
    theirs = bench.acting(Actor(email="bo", name="Bo", role=role))
    for work in (
        lambda: save_study(theirs, made.study.model_copy(update={"n": 3}), NOW, made.id, 1),
        lambda: save_case(theirs, read_case(TASK), NOW),
        lambda: delete_study(theirs, made.id, NOW),
    ):
        if may:
            work()
        else:
            with pytest.raises(NotAllowed):
                work()
    assert bool(own_studies(bench)) != may


HOSTILE = ["'; DROP TABLE document; --", "<script>alert(1)</script>", "=1+1", "\u202eabc", "日本語", "a\nb", "🧬"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_words_come_back_as_they_were(bench, text):
    made = save_study(bench, read_study({**PLAIN, "title": text, "finding": text, "models": [text]}), NOW)
    kept = get_study(bench, made.id).study
    assert (kept.title, kept.finding, kept.models) == (text, text, (text,))


def test_shipped_studies_are_metadata_with_a_source(catalogue, bench):
    found = shipped_studies(catalogue)
    assert len(found) >= 5
    for one in found:
        assert one.state in ("verified", "recalled")
        assert one.source
        assert one.study.url.startswith("https://")
        assert read_study(one.study.model_dump()) == one.study
        assert content_findings(one.study.finding) == ()
    peppin = find_study(catalogue, bench, "peppin-2024-tm1")
    assert (peppin.study.published, peppin.study.direction) == ("2024-12-02", "no_detectable_increase")
    newest = find_study(catalogue, bench, "zhang-2026").study
    assert (newest.value, newest.low, newest.high) == (4.16, 2.63, 6.87), "abstract of arXiv 2602.23329"
    pairs = contradictions(found)
    assert ("zhang-2026", "peppin-2024-tm1") in [(pair.newer, pair.older) for pair in pairs]


def test_own_and_shipped_stand_together_and_ids_stay_apart(catalogue, bench):
    taken = [one.id for one in shipped_studies(catalogue)]
    made = save_study(bench, read_study({**PLAIN, "title": "Hong 2026", "published": "2030"}), NOW, taken=taken)
    assert made.id == "hong-2026-2"
    together = studies(catalogue, bench)
    assert together[0] == made
    assert len(together) == len(taken) + 1
    assert find_study(catalogue, bench, made.id) == made
    with pytest.raises(NotFound):
        find_study(catalogue, bench, "nope")


def test_every_word_has_a_label(catalogue):
    assert set(THREAT_MODEL_LABELS) == set(THREAT_MODELS) == set(CHAINS)
    assert set(COMPARATOR_LABELS) == {*COMPARATORS, NOT_STATED}
    assert set(METHOD_LABELS) == set(METHODS)
    assert set(DIRECTION_LABELS) == set(DIRECTIONS)
    assert set(LIMITATION_LABELS) == set(LIMITATIONS)
    assert set(STEP_LABELS) == {*CHAINS["TM1"], *CHAINS["TM2"], WHOLE}


def test_the_chains_are_those_of_the_form(catalogue):
    from governance.assessment.framework import load_framework

    def word(step):
        return step.replace(" ", "_").replace("/", "_").replace("-", "_")

    for one in load_framework(catalogue).threat_models:
        if one.id in ("TM1", "TM2"):
            assert tuple(map(word, one.chain)) == CHAINS[one.id]


@pytest.mark.parametrize(("reached", "n"), [(1, 1), (0, 1), (0, 3), (2, 3), (3, 3), (7, 20)])
def test_few_runs_leave_a_wide_interval(reached, n):
    found = run_share(Case.model_validate({**TASK, "n": n, "reached": reached}))
    oracle = binomtest(reached, n).proportion_ci(method="exact")
    assert (found.share, found.low, found.high) == pytest.approx((reached / n, oracle.low, oracle.high))
    if (reached, n) == (1, 1):
        assert found.low == pytest.approx(0.025)


def test_a_case_is_kept_and_says_what_is_missing(bench):
    made = save_case(bench, read_case({**TASK, "n": 1, "reached": 1, "interventions": 1, "avoidable": 1}), NOW)
    assert run_share(made.case).missing == ("budget", "logs", "outcome")
    changed = save_case(bench, made.case.model_copy(update={"outcome": "It was published."}), NOW, made.id, 1)
    assert cases(bench) == (changed,)
    assert get_case(bench, made.id, 1) == made.model_copy(update={"updated": NOW})
    delete_case(bench, made.id, NOW)
    assert cases(bench) == ()
    assert run_share(Case.model_validate(TASK)).share is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"task": " "}, "task is missing", id="task"),
        pytest.param({"n": 1, "reached": 2}, "more runs", id="runs"),
        pytest.param({"reached": 1}, "more runs", id="no-n"),
        pytest.param({"interventions": 1, "avoidable": 2}, "avoidable", id="avoidable"),
        pytest.param({"n": 0}, "n: ", id="none"),
        pytest.param({"score": 0.5}, "score", id="no-benchmark-score"),
        pytest.param({"outcome": "Incubate at 37 °C, then centrifuge it"}, "laboratory", id="procedure"),
        pytest.param({"logs": "file:///x"}, "address", id="logs"),
        pytest.param({"attachment": "x"}, "no files", id="file"),
    ],
)
def test_what_does_not_fit_a_case_is_said(change, said):
    with pytest.raises(BadInput, match=said):
        read_case({**TASK, **change})


def test_logs_are_no_kept_file(bench):
    save_document(bench, EVIDENCE, "logs", {"id": "logs", "title": "L", "kind": "file"}, NOW)
    with pytest.raises(BadInput, match="no files"):
        save_case(bench, read_case({**TASK, "logs": "logs"}), NOW)


def test_dates_as_iso_texts():
    assert read_study({**PLAIN, "reviewed": "2026-01-02"}).reviewed == date(2026, 1, 2)
