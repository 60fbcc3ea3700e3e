"""The ledger of claims: all of them, one rule for a status, nothing reproduced without a value from real data."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.navigation import PAGES
from governance.catalogue.connect import catalogue_path, open_catalogue
from governance.errors import BadInput, NotFound
from governance.research import claims as claims_module
from governance.research.claim_types import Claim, Computed, decide, printed_place
from governance.research.claims import claims, computable, ledger, ledger_row, select_rows, status_counts
from governance.research.replications import registry
from governance.research.replications.counts import vector_experts
from governance.research.replications.registry import Reading, registered, replicate_one, replicates
from governance.research.replications.run import CACHE, kept_replications, replicate
from governance.research.vocabulary import BASES, COMPARATORS, COMPUTED, GROUNDS, STATUSES, UNITS

CLAIM = Claim(
    id="a/b", paper_id="a", paper="A", year=2024, themes=(), kind="numeric", text="a share", published=54.0, unit="%",
    comparator="=", context=None,
)  # fmt: skip
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


@pytest.fixture(scope="module")
def rows(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        return ledger(connection)


@pytest.fixture
def quick(connection):
    """Claims whose replication takes no time."""
    return [one for one in claims(connection) if one.id in ("mmteb/tasks", "ai-biorisk/threat_models")]


def test_every_claim_is_in_the_ledger_with_a_status(rows, connection):
    stored = {name for (name,) in connection.execute("SELECT id FROM claim").fetchall()}
    assert [row.claim.id for row in rows] == sorted(stored)
    assert len(rows) == 226
    assert len(select_rows(rows, kinds=["numeric"])) == 118
    assert all(row.status in STATUSES for row in rows)
    assert sum(status_counts(rows).values()) == len(rows)


def test_what_is_not_computed_says_why_and_no_claim_is_both(rows, connection):
    grounds = {name for (name,) in connection.execute("SELECT claim_id FROM claim_ground").fetchall()}
    assert not grounds & set(registered())
    assert grounds | set(registered()) == {row.claim.id for row in rows}
    for row in rows:
        if row.replication is None:
            assert row.ground in GROUNDS
            assert len(row.reason) > 10
            assert row.status in ("data_not_public", "not_attempted")


def test_at_least_thirty_are_computed_from_real_data(rows):
    assert sum(row.status in COMPUTED for row in rows) >= 30


def test_nothing_is_reproduced_without_a_value_inside_the_tolerance_from_real_data(rows, connection):
    cards = dict(connection.execute("SELECT id, redistributable FROM source").fetchall())
    for row in rows:
        found = row.replication
        if row.status not in COMPUTED:
            continue
        assert found is not None
        assert found.computed is not None
        assert found.sources
        assert all(cards[source] for source in found.sources)
        assert found.code
        assert found.method
        assert found.n
        off = found.computed - found.expected
        misses = {">=": -off, "<=": off}.get(found.comparator, abs(off))
        printed = 0 if found.comparator in (">=", "<=") else found.rounded_to / 2
        if row.status == "reproduced":
            assert misses <= printed * (1 + 1e-9)
        elif row.status == "within_tolerance":
            assert misses <= found.tolerance
        else:
            assert misses > found.tolerance
            assert row.reason


def test_units_never_cross(rows):
    for row in rows:
        if found := row.replication:
            assert found.unit == found.computed_unit == registered()[row.claim.id].unit
            assert row.claim.unit in (found.unit, None)


def test_up_to_is_a_maximum_with_its_median(rows):
    for row in rows:
        if (found := row.replication) and found.comparator == "up_to":
            assert found.maximum == found.computed
            assert found.median is not None
            assert found.median <= found.maximum


def test_thirty_numbers_rest_on_rows_of_data_and_what_checks_less_is_told_apart(rows):
    found = {basis: select_rows(rows, kinds=["numeric"], bases=[basis]) for basis in BASES}
    assert len(found["rows"]) >= 30
    assert {row.claim.unit for row in found["stated"]} <= {"parameters", "count"}
    assert {row.replication.n for row in found["stated"]} == {1}
    assert {row.page for row in found["form"]} == {"social-impact", "risk", "evidence-review"}
    assert not {row.status for one in found.values() for row in one} - set(COMPUTED)


def test_a_simulation_is_never_a_reproduction(rows):
    simulated = [row for row in rows if row.status == "simulated"]
    assert {row.claim.id for row in simulated} == {
        "leaderboard-illusion/best_of_n", "parameter-efficient-moe/updated_share",
    }  # fmt: skip
    assert not status_counts(simulated)["reproduced"]


@pytest.mark.parametrize(
    ("claim_id", "status", "computed", "n"),
    [
        pytest.param("data-provenance-initiative/datasets", "reproduced", 1858, 1858, id="datasets"),
        pytest.param(
            "data-provenance-initiative/licence_omission", "reproduced", 100 * 1339 / 1858, 1858, id="omitted"
        ),
        pytest.param("data-provenance-initiative/licence_error", "reproduced", 100 * 309 / 569, 569, id="wrong"),
        pytest.param("consent-in-crisis/domains", "reproduced", 13_940, 13_940, id="domains"),
        pytest.param("consent-in-crisis/c4_all", "reproduced", 5.371252777760981, 11_995, id="c4"),
        pytest.param("consent-in-crisis/c4_critical", "reproduced", 32.627653233959066, 2000, id="head"),
        pytest.param("grand-illusion-portability/lost_functions", "reproduced", 43.75, 64, id="28-of-64"),
        pytest.param("black-box-toxicity-apis/ranking_moves", "reproduced", 19, 37, id="moved"),
        pytest.param("aya-expanse/rival_ratio", "reproduced", 70 / 32.3, 1, id="70-over-32.3"),
        pytest.param("aya-vision/rival_ratio", "reproduced", 72 / 32, 2, id="72-over-32"),
        pytest.param("mmteb/best_public", "reproduced", 560e6, None, id="560M"),
        pytest.param("social-impact-evaluation/base_categories", "reproduced", 7, 7, id="seven"),
        pytest.param("social-impact-evaluation/society_categories", "reproduced", 5, 5, id="five"),
        pytest.param("social-impact-evaluation/overarching", "reproduced", 2, 2, id="two-parts"),
        pytest.param("elo-uncovered/axioms", "reproduced", 2, None, id="two-axioms"),
        pytest.param("compute-thresholds/policies", "reproduced", 2, 2, id="two-policies"),
        pytest.param("aya-dataset/human_languages", "reproduced", 65, 71, id="65-languages"),
        pytest.param("consent-in-crisis/span", "reproduced", 1, 100, id="within-one-year"),
        pytest.param("prompt-prioritization/tie_cut", "differs", 44.088, None, id="44-not-54"),
    ],
)
def test_by_hand(rows, claim_id, status, computed, n):
    row = ledger_row(rows, claim_id)
    assert row.status == status
    assert row.replication.computed == pytest.approx(computed, rel=1e-4)
    if n is not None:
        assert row.replication.n == n


def test_the_curie_model_falls_from_35_to_23(rows):
    assert "text-curie-001, from 35 to 23" in ledger_row(rows, "black-box-toxicity-apis/ranking_moves").reason


def test_vector_experts_by_hand():
    # attention of 3 layers: keys and values of width 4; inner layer of 2 blocks: 10; 2 experts; 5 routers of 4 x 2
    assert vector_experts(4, 10, 1, 2) == 2 * (3 * 2 * 4 + 2 * 10) + 5 * 4 * 2
    share = 100 * vector_experts(4096, 10_240, 24, 10) / 11e9
    assert 0.14 <= share <= 0.17


def test_pages_exist(rows):
    here = {entry.url_path for entry in PAGES} | {"labs"}
    assert {row.page for row in rows if row.page} <= here


def test_labs_exist(rows):
    labs = pytest.importorskip("governance.research.labs.registry").LABS
    named = {row.lab for row in rows if row.lab} | {row.query["lab"] for row in rows if "lab" in row.query}
    assert named <= set(labs)


def test_again_gives_the_same_and_a_change_is_shown(connection, quick, tmp_path):
    first = replicate(connection, quick, folder=tmp_path)
    assert len(first.computed) == 2
    again = replicate(connection, quick, folder=tmp_path)
    assert again.rows == first.rows
    assert again.changes == ()
    kept = replicate(connection, quick, anew=False, folder=tmp_path)
    assert (kept.rows, kept.computed) == (first.rows, ())
    stored = json.loads((tmp_path / CACHE).read_text())
    stored["mmteb/tasks"]["row"] |= {"data_version": "earlier", "computed": 1000.0}
    (tmp_path / CACHE).write_text(json.dumps(stored))
    assert set(kept_replications(connection, tmp_path)) == {"ai-biorisk/threat_models"}
    [change] = replicate(connection, quick, anew=False, folder=tmp_path).changes
    assert (change.claim_id, change.field, change.before, change.now) == ("mmteb/tasks", "computed", 1000.0, 1616.0)
    assert (change.data_version, change.same_data) == ("earlier", False)


SLOW = ("elo-uncovered/axioms", "mmteb/best_public", "mmteb/downsampling", "prompt-prioritization/tie_cut")
"""Run twice by `touchstone replicate --all` alone: seconds each."""


def test_computing_again_gives_the_same_value_for_the_same_data(rows, connection, tmp_path):
    asked = [one for one in computable(claims(connection)) if one.id not in SLOW]
    again = replicate(connection, asked, folder=tmp_path)
    assert again.rows == tuple(ledger_row(rows, one.id).replication for one in asked)
    assert again.failed == ()


@pytest.fixture
def changed(catalogue_home, tmp_path):
    """A catalogue that lacks one fact: a task that is on text."""
    file = tmp_path / "changed.duckdb"
    shutil.copy(catalogue_path(catalogue_home), file)
    with duckdb.connect(str(file)) as opened:
        gone = "facet = 'modality' AND value = 'text' AND benchmark_id = 'Banking77Classification'"
        opened.execute(f"DELETE FROM benchmark_facet WHERE {gone}")
        opened.execute("UPDATE catalogue_version SET version = 'changed'")
        yield opened


def test_a_changed_fact_shows_in_the_runs_and_the_ledger_until_data_change_again(
    connection, changed, quick, tmp_path
):  # fmt: skip
    ledger_of = lambda opened: ledger_row(ledger(opened, folder=tmp_path, compute=False), "mmteb/tasks")  # noqa: E731
    before = replicate(connection, quick, folder=tmp_path)
    assert ledger_of(connection).changes == ()
    for anew in (False, False, True):
        run = replicate(changed, quick, anew=anew, folder=tmp_path)
        assert [(one.claim_id, one.field, one.before, one.now) for one in run.changes] == [
            ("mmteb/tasks", "computed", 1616.0, 1615.0), ("mmteb/tasks", "n", 1616, 1615),
        ]  # fmt: skip
        assert {(one.data_version, one.same_data) for one in run.changes} == {(before.data_version, False)}
        assert ledger_of(changed).changes == run.changes
    back = replicate(connection, quick, folder=tmp_path)
    assert back.rows == before.rows
    assert [(one.before, one.now, one.data_version) for one in back.changes] == [
        (1615.0, 1616.0, "changed"), (1615, 1616, "changed"),
    ]  # fmt: skip


def failing(connection):
    return connection.execute("SELECT nothing FROM nowhere").fetchone()


def test_one_that_fails_does_not_stop_the_others(connection, quick, tmp_path, monkeypatch):
    monkeypatch.setitem(
        registry._REGISTERED,
        "ai-biorisk/threat_models",
        replace(registered()["ai-biorisk/threat_models"], function=failing),
    )
    run = replicate(connection, quick, folder=tmp_path)
    assert [one.claim_id for one in run.rows] == list(run.computed) == ["mmteb/tasks"]
    assert [one.claim_id for one in run.failed] == ["ai-biorisk/threat_models"]
    assert "nowhere" in run.failed[0].what
    assert "\n" not in run.failed[0].what
    assert set(kept_replications(connection, tmp_path)) == {"mmteb/tasks"}


def test_a_failed_one_is_in_the_ledger_with_its_error(rows, catalogue_home, connection, tmp_path, monkeypatch):
    shutil.copy(catalogue_home / CACHE, tmp_path / CACHE)
    kept = json.loads((tmp_path / CACHE).read_text())
    del kept["mmteb/tasks"]
    (tmp_path / CACHE).write_text(json.dumps(kept))
    monkeypatch.setitem(registry._REGISTERED, "mmteb/tasks", replace(registered()["mmteb/tasks"], function=failing))
    row = ledger_row(ledger(connection, folder=tmp_path), "mmteb/tasks")
    assert (row.status, row.replication) == ("not_attempted", None)
    assert row.reason.startswith(claims_module.FAILED)


def test_an_unknown_claim_names_the_nearest(rows):
    with pytest.raises(NotFound, match="did you mean mmteb/tasks"):
        ledger_row(rows, "mmteb/task")
    with pytest.raises(NotFound, match="see 'touchstone claims'"):
        ledger_row(rows, "0" * 5000)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"mmteb/tasks": 1}', b'{"mmteb/tasks": {"row": {}}}', b"\xff"])
def test_a_damaged_file_counts_as_none(connection, quick, tmp_path, text):
    (tmp_path / CACHE).write_bytes(text)
    assert len(replicate(connection, quick, anew=False, folder=tmp_path).computed) == 2


def test_another_program_computes_anew(connection, quick, tmp_path, monkeypatch):
    replicate(connection, quick, folder=tmp_path)
    monkeypatch.setattr("governance.research.replications.run.program_hash", lambda: "other")
    assert kept_replications(connection, tmp_path) == {}


def test_without_computing_the_ledger_says_so(connection, tmp_path):
    found = ledger(connection, folder=tmp_path, compute=False)
    assert not any(row.replication for row in found)
    assert ledger_row(found, "mmteb/tasks").reason == claims_module.NOT_COMPUTED
    assert not (tmp_path / CACHE).exists()


def test_a_source_that_is_missing_is_no_answer(connection, monkeypatch):
    entry = registered()["mmteb/tasks"]
    lacking = registry.Registered(**{**vars_of(entry), "needs": ("nowhere",)})
    monkeypatch.setitem(registry._REGISTERED, "mmteb/tasks", lacking)
    claim = next(one for one in claims(connection) if one.id == "mmteb/tasks")
    found = replicate_one(connection, claim, "v")
    assert (found.status, found.computed) == ("not_attempted", None)
    assert "nowhere" in found.reason


def vars_of(entry):
    return {name: getattr(entry, name) for name in entry.__slots__}


def test_what_nothing_computes_is_refused(connection, tmp_path):
    claim = next(one for one in claims(connection) if one.id == "aya-expanse/winrate_70b")
    with pytest.raises(NotFound, match="nothing computes"):
        replicate(connection, [claim], folder=tmp_path)
    with pytest.raises(NotFound, match="no paper"):
        claims(connection, "nobody")
    with pytest.raises(BadInput, match="'sure' is not known"):
        select_rows((), statuses=["sure"])


def test_a_claim_has_one_replication():
    with pytest.raises(ValueError, match="two replications"):
        replicates("mmteb/tasks", unit="count", page="benchmarks", needs=())(lambda connection: None)
    with pytest.raises(ValueError, match="no unit"):
        replicates("a/b", unit="votes", page="benchmarks", needs=())
    assert "mmteb/tasks" in {one.id for one in computable([CLAIM.model_copy(update={"id": "mmteb/tasks"})])}


def test_a_reading_is_for_claims_without_a_number(rows):
    for row in rows:
        if found := row.replication:
            assert bool(found.reading) == (row.claim.kind == "qualitative") == (found.published is None)
    assert Reading("x", ">=", 0).value == 0


@pytest.mark.parametrize(
    ("comparator", "published", "computed", "tolerance", "rounded_to", "status"),
    [
        pytest.param("=", 54.0, 54.4, 0, None, "reproduced", id="equal-as-printed"),
        pytest.param("=", 54.0, 54.6, 0, None, "differs", id="rounds-to-another"),
        pytest.param("=", 19.2, 19.24, 0, None, "reproduced", id="one-decimal"),
        pytest.param("=", 19.2, 19.3, 0.5, None, "within_tolerance", id="tolerance"),
        pytest.param("=", 14_000, 13_940, 0, 1000, "reproduced", id="thousands"),
        pytest.param("=", 40, 38, 0, None, "differs", id="a-count-is-exact"),
        pytest.param(">=", 70, 70, 0, None, "reproduced", id="floor"),
        pytest.param(">=", 70, 69.9, 0, None, "differs", id="a-floor-does-not-round"),
        pytest.param("<=", 1, 0.14, 0, None, "reproduced", id="ceiling"),
        pytest.param("up_to", 54, 41.4, 2, None, "differs", id="maximum"),
        pytest.param("up_to", 54, 60, 0, None, "differs", id="above-the-maximum"),
        pytest.param("~", 2, 2.17, 0, 1, "reproduced", id="about"),
    ],
)
def test_the_rule(comparator, published, computed, tolerance, rounded_to, status):
    claim = CLAIM.model_copy(update={"comparator": comparator, "published": float(published)})
    found = Computed(value=computed, unit="%", method="by hand", sources=("dpi",))
    assert decide(claim, found, tolerance=tolerance, rounded_to=rounded_to) == status


@given(NUMBERS, NUMBERS, st.sampled_from(COMPARATORS), st.floats(0, 1e6), st.booleans())
def test_more_tolerance_never_loses_a_claim(published, computed, comparator, tolerance, simulated):
    claim = CLAIM.model_copy(update={"comparator": comparator, "published": published})
    found = Computed(value=computed, unit="%", method="m", sources=("dpi",), simulated=simulated)
    strict, lax = decide(claim, found), decide(claim, found, tolerance=tolerance)
    assert (strict == "simulated") == (lax == "simulated") == simulated
    assert strict != "within_tolerance"
    if strict == "reproduced":
        assert lax == "reproduced"


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), NUMBERS)
def test_another_unit_raises(one, other, value):
    claim = CLAIM.model_copy(update={"unit": one})
    found = Computed(value=value, unit=other, method="m", sources=("dpi",))
    if one == other:
        assert decide(claim, found) in STATUSES
    else:
        with pytest.raises(BadInput, match="units never cross"):
            decide(claim, found)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_without_a_value_nothing_is_decided(value):
    assert decide(CLAIM, Computed(value=value, unit="%", method="m", sources=())) == "not_attempted"
    with pytest.raises(BadInput, match="without a number"):
        decide(CLAIM.model_copy(update={"published": None}), Computed(value=1, unit="%", method="m", sources=()))


@pytest.mark.parametrize(("value", "place"), [(54.0, 1.0), (19.2, 0.1), (84.9, 0.1), (3.35e9, 1.0), (0.25, 0.01)])
def test_the_last_place_that_is_printed(value, place):
    assert printed_place(value) == pytest.approx(place)
