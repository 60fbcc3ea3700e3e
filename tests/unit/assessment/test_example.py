"""The worked example: its figures are those of the catalogue, it is marked, and it goes again with all its parts."""

from __future__ import annotations

import json
import re

import pytest

from governance.assessment.assessments import answers, get_assessment, risk_answers
from governance.assessment.evidence import evidence_of
from governance.assessment.example import EXAMPLE_ID, FILE, example_loaded, load_example, remove_example
from governance.assessment.records import System
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.systems import get_system, save_system
from governance.errors import Conflict, NotAllowed, NotFound
from governance.records.audit import audit_rows, verify
from tests.unit.assessment.conftest import ANA, BO, NOW, VI

PARTS = json.loads(FILE.read_text(encoding="utf-8"))
ANSWERS = {one["item"]: one for one in PARTS["answers"]}
OF = "FROM dataset WHERE snapshot = 'current' AND collection_id ="
USES = """
SELECT count(DISTINCT d.id) FROM dataset AS d
JOIN dataset_licence AS l ON l.snapshot = d.snapshot AND l.dataset_id = d.id AND l.host = 'audit'
JOIN licence AS x ON x.snapshot = l.snapshot AND x.id = l.licence_id
WHERE d.snapshot = 'current' AND d.collection_id = 'xP3x' AND x.use = ?
"""


@pytest.fixture
def loaded(bench, catalogue):
    return load_example(bench, catalogue, NOW)


def numbers(item):
    text = f"{ANSWERS[item]['finding']} {ANSWERS[item].get('value')} {ANSWERS[item].get('n')}".replace(",", "")
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?(?:e\d+)?", text)}


def one(catalogue, sql, *values):
    return catalogue.execute(sql, list(values)).fetchone()


def test_licences_of_the_data_are_those_of_the_audit(catalogue):
    (total,) = one(catalogue, f"SELECT count(*) {OF} 'xP3x'")
    counts = [one(catalogue, USES, use)[0] for use in ("noncommercial", "academic_only", "unspecified")]
    assert {total, *counts} <= numbers("S4.1")
    assert (ANSWERS["S4.1"]["value"], ANSWERS["S4.1"]["n"]) == (counts[0], total)


def test_the_written_data_is_counted_in_the_catalogue(catalogue):
    sets, examples = one(catalogue, f"SELECT count(*), sum(examples) {OF} 'Aya Dataset'")
    assert {sets, int(examples)} <= numbers("B7.1")
    sources = catalogue.execute(
        f"SELECT DISTINCT f.value FROM dataset_facet AS f JOIN dataset AS d ON d.id = f.dataset_id "
        f"AND d.snapshot = f.snapshot WHERE f.facet = 'text_source' AND d.id IN (SELECT id {OF} 'Aya Dataset')"
    ).fetchall()
    assert ("volunteer annotations",) in sources


def test_compute_cost_and_energy_are_those_of_the_records(catalogue):
    sql = "SELECT finetune_flop, chips, hardware, cost_usd, energy_kwh, co2e_kg, confidence FROM compute_record"
    flop, chips, hardware, *unknown, confidence = one(catalogue, f"{sql} WHERE model_id = 'aya'")
    assert unknown == [None, None, None]
    assert confidence == "speculative"
    (base,) = one(catalogue, "SELECT training_flop FROM compute_record WHERE model_id = 'mt5-xxl'")
    assert {flop, base} <= numbers("B5.1")
    assert f"{chips:.0f} {hardware.removeprefix('Google ')}" in ANSWERS["B6.1"]["finding"]
    assert PARTS["risk"][0]["values"]["training_compute"] == flop


def test_the_model_is_not_smaller_than_its_base(catalogue):
    sizes = catalogue.execute("SELECT parameters FROM model WHERE id IN ('aya', 'mt5-xxl')").fetchall()
    assert sizes == [(13e9,), (13e9,)]
    released, weights = one(catalogue, "SELECT released, open_weights FROM model WHERE id = 'aya'")
    assert weights
    assert str(released) == PARTS["system"]["versions"][0]["released"]


def test_it_is_marked_and_honest(bench, catalogue, loaded):
    system = get_system(bench, EXAMPLE_ID).record
    assert system.example
    assert system.name.startswith("Example:")
    assert len(system.datasets) == 71 + 467
    given = answers(bench, loaded.social_impact)
    assert set(given) == set(ANSWERS)
    assert {held.record.status for held in given.values()} == {"found", "none_found", "not_applicable"}
    for held in given.values():
        record = held.record
        if record.status == "not_applicable":
            assert record.reason
        else:
            assert record.evidence
            assert record.party
            assert record.limits
            assert record.method
    assert set(risk_answers(bench, loaded.risk)) == {"R1", "R3", "R4"}
    for name in (loaded.social_impact, loaded.risk):
        header = get_assessment(bench, name).record
        assert (header.state, header.signatures) == ("draft", ())
    assert {(kept.kind, bool(kept.party)) for kept in evidence_of(bench, EXAMPLE_ID)} == {
        ("link", True),
        ("record", True),
    }


def test_loading_twice_changes_nothing(bench, catalogue, loaded):
    rows = len(audit_rows(bench, limit=1_000))
    assert load_example(bench, catalogue, NOW) == loaded.model_copy(update={"new": False})
    assert len(audit_rows(bench, limit=1_000)) == rows


def test_it_goes_again_even_signed_and_the_trail_keeps_it(bench, loaded):
    submit(bench, loaded.social_impact, NOW)
    bo = bench.acting(BO)
    sign(bo, loaded.social_impact, digest_of(bo, loaded.social_impact), NOW)
    remove_example(bench, NOW)
    assert bench.read("SELECT count(*) FROM document") == [(0,)]
    assert not example_loaded(bench)
    assert {row.action for row in audit_rows(bench, limit=1_000)} >= {"create", "sign", "delete"}
    assert verify(bench).ok
    with pytest.raises(NotFound, match="not loaded"):
        remove_example(bench, NOW)


def test_a_system_of_ones_own_is_never_taken_for_it(bench, catalogue):
    save_system(bench, System(id=EXAMPLE_ID, name="Ours"), NOW)
    for work in (lambda: load_example(bench, catalogue, NOW), lambda: remove_example(bench, NOW)):
        with pytest.raises(Conflict, match="its id"):
            work()
    assert get_system(bench, EXAMPLE_ID).record.name == "Ours"


def test_a_viewer_neither_loads_nor_removes_it(bench, catalogue, loaded):
    viewer = bench.acting(VI)
    with pytest.raises(NotAllowed):
        remove_example(viewer, NOW)
    assert example_loaded(viewer)
    remove_example(bench.acting(ANA), NOW)
    with pytest.raises(NotAllowed):
        load_example(viewer, catalogue, NOW)
    assert not example_loaded(bench)


def test_a_catalogue_without_its_records_leaves_nothing_behind(bench, schema_connection):
    with pytest.raises(NotFound):
        load_example(bench, schema_connection, NOW)
    assert bench.read("SELECT count(*) FROM document") == [(0,)]
