"""Grids, model inputs and portability: what is shipped is what the importers make, and bad rows are refused by name."""

from __future__ import annotations

import polars as pl
import pytest

from governance.catalogue.connect import FACTS
from governance.compute import grid_import, model_inputs, portability_import
from governance.compute.grid_import import import_grid
from governance.compute.model_inputs import import_model_inputs
from governance.compute.portability_import import import_portability, import_portability_counts
from governance.errors import BadInput
from tests.unit.compute.published_tables import write_csv, write_epoch

GRID = {"scope": "country", "code": "KEN", "gco2e_per_kwh": "100", "basis": "annual mean", "source": "a table"}
SITE = {"entity": "us", "pue": "1.1", "wue_l_per_kwh": "0.1-0.9", "location": "USA", "status": "recalled"}
FUNCTION = {"framework": "f", "device": "tpu", "function": "a", "n_passed": "1", "n_failed": "0", "n_skipped": "0",
            "status": "success"}  # fmt: skip


@pytest.mark.outside_data
@pytest.mark.parametrize(
    ("function", "name", "read", "refused"),
    [
        pytest.param(import_grid, "grid-intensity", 564, 0, id="grid"),
        pytest.param(import_model_inputs, "touchstone-compute", 109, 8, id="inputs"),
    ],
)
def test_the_shipped_facts_are_what_the_importers_make(raw_compute, tmp_path, function, name, read, refused):
    for _ in range(2):
        report = function(raw_compute, tmp_path)
    assert (report.read, len(report.refused), report.kept) == (read, refused, read - refused)
    shipped = {file.name: file.read_bytes() for file in (FACTS / name).iterdir()}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == shipped


@pytest.mark.outside_data
def test_portability_counts(raw_portability, tmp_path):
    assert import_portability_counts(raw_portability, tmp_path).refused == ()
    assert (tmp_path / "portability.csv").read_bytes() == (FACTS / "portability" / "portability.csv").read_bytes()


@pytest.mark.outside_data
def test_portability_rows(raw_portability, tmp_path):
    report = import_portability(raw_portability, tmp_path)
    assert (report.rows["portability_function"], report.rows["portability_latency"], report.refused) == (611, 352, ())
    rows = pl.read_csv(tmp_path / "portability_function.csv")
    assert set(rows["source_id"]) == {"grand-illusion"}
    assert rows["status"].value_counts().sort("status").rows()[2] == ("partial_failure", 70)


@pytest.mark.parametrize(
    ("framework", "device", "run", "lost", "spared", "functions"),
    [
        pytest.param("pytorch", "tpu", "report 1", 32, 28, 64, id="pytorch-tpu-50.0-or-43.75"),
        pytest.param("pytorch", "gpu", "report 1", 6, 6, 64, id="pytorch-gpu-9.4"),
        pytest.param("tensorflow", "gpu", "report 2", 16, 16, 71, id="tensorflow-gpu-22.5"),
        pytest.param("tensorflow", "tpu", "report 1", 25, 25, 71, id="tensorflow-tpu-35.2"),
        pytest.param("jax", "tpu", "report 1", 4, 4, 64, id="jax-6.2"),
    ],
)
def test_shipped_counts_give_the_published_shares(catalogue, framework, device, run, lost, spared, functions):
    found = catalogue.execute(
        """
        SELECT complete_failure + partial_failure AS lost,
               lost - partial_gradient_only - complete_gradient_only AS spared, functions
        FROM portability WHERE framework = ? AND device = ? AND run = ?
        """,
        [framework, device, run],
    ).fetchall()
    assert found == [(lost, spared, functions)]


def grid(tmp_path, *rows, sites=(SITE,)):
    write_csv(tmp_path / grid_import.GRID, grid_import.GRID_COLUMNS, rows)
    write_csv(tmp_path / grid_import.SITES, grid_import.SITE_COLUMNS, sites)
    return import_grid(tmp_path, tmp_path / "out")


def test_a_grid_and_a_site(tmp_path):
    report = grid(tmp_path, GRID | {"year": "2022"}, GRID | {"code": "WOR", "gco2e_per_kwh": "0.0"})
    rows = pl.read_csv(tmp_path / "out" / "grid.csv").to_dicts()
    assert [(row["id"], row["name"], row["co2e_kg_per_kwh"]) for row in rows] == [
        ("country:KE:2022:annual_mean", "Kenya", 0.1),
        ("country:WOR:undated:annual_mean", "WOR", 0.0),
    ]
    (site,) = pl.read_csv(tmp_path / "out" / "facility.csv").to_dicts()
    assert (site["wue_l_per_kwh"], site["wue_high"], site["location"]) == (0.1, 0.9, "US")
    assert {note.kind for note in report.notes} == {"zero_intensity", "unmapped_country", "no_year"}


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"scope": "planet"}, id="scope"),
        pytest.param({"basis": "guess"}, id="basis"),
        pytest.param({"gco2e_per_kwh": "-1"}, id="negative"),
        pytest.param({"gco2e_per_kwh": "nan"}, id="nan"),
        pytest.param({"code": ""}, id="code"),
        pytest.param({}, id="twice"),
    ],
)
def test_a_grid_that_cannot_be_kept_is_refused(tmp_path, cells):
    report = grid(tmp_path, GRID, GRID | cells, sites=[])
    assert (report.read, report.kept, len(report.refused)) == (2, 1, 1)


def test_a_site_of_unknown_standing_is_refused(tmp_path):
    assert [problem.kind for problem in grid(tmp_path, GRID, sites=[SITE | {"status": "heard"}]).refused] == [
        "unknown_facility"
    ]


@pytest.mark.parametrize(
    ("cells", "refused", "notes"),
    [
        pytest.param({}, [], {"field_not_kept"}, id="kept"),
        pytest.param({"epoch_model": ""}, ["no_record"], set(), id="no-record"),
        pytest.param({"epoch_model": "Nobody"}, ["no_record"], set(), id="unknown-record"),
        pytest.param({"N_D_status": "sure"}, ["unknown_evidence"], set(), id="evidence"),
        pytest.param({"params_active": "9e9"}, [], {"field_not_kept", "more_active_than_all"}, id="active"),
        pytest.param({"arch": "liquid"}, [], {"field_not_kept", "unknown_word"}, id="architecture"),
    ],
)
def test_a_model_input(tmp_path, cells, refused, notes):
    write_epoch(tmp_path)
    row = {"model": "Alpha-1", "epoch_model": "Alpha-1", "arch": "moe", "params_total": "7e9", "params_active": "1e9",
           "N_D_status": "recalled"}  # fmt: skip
    write_csv(tmp_path / model_inputs.INPUTS, model_inputs.COLUMNS, [row | cells])
    if refused:
        with pytest.raises(BadInput, match="no model could be read"):
            import_model_inputs(tmp_path, tmp_path / "out")
        write_csv(tmp_path / model_inputs.INPUTS, model_inputs.COLUMNS, [row, row | cells])
    report = import_model_inputs(tmp_path, tmp_path / "out")
    assert [problem.kind for problem in report.refused] == refused
    assert {note.kind for note in report.notes} == (notes or {"field_not_kept"})


def portability(tmp_path, functions, tests=(), timings=()):
    write_csv(tmp_path / portability_import.FUNCTIONS, portability_import.FUNCTION_COLUMNS, functions)
    write_csv(tmp_path / portability_import.TESTS, portability_import.TEST_COLUMNS, tests)
    write_csv(tmp_path / portability_import.LATENCY, portability_import.LATENCY_COLUMNS, timings)
    return tmp_path


def test_functions_lost_to_gradient_checks_alone(tmp_path):
    failed = {"framework": "f", "device": "tpu", "test_device": "device", "outcome": "failed"}
    functions = [
        FUNCTION,
        FUNCTION | {"function": "b", "n_failed": "2", "status": "partial_failure"},
        FUNCTION | {"function": "c", "n_passed": "0", "n_failed": "1", "status": "complete_failure"},
        FUNCTION | {"function": "d", "n_failed": "2", "status": "partial_failure"},
        FUNCTION | {"function": "e", "n_passed": "0", "status": "no_device_test_ran"},
    ]
    gradient = [failed | {"function": name, "error_class": "gradient check"} for name in "bbcd"]
    import_portability_counts(portability(tmp_path, functions, gradient), tmp_path / "out")
    (row,) = pl.read_csv(tmp_path / "out" / "portability.csv").to_dicts()
    names = (
        "functions", "complete_failure", "partial_failure", "partial_gradient_only", "complete_gradient_only",
        "not_tested",
    )  # fmt: skip
    assert tuple(row[name] for name in names) == (5, 1, 2, 1, 1, 1)


def test_odd_results_are_refused(tmp_path):
    timing = {"framework": "f", "gpu_run": "t4_vm/gpu", "function": "a", "gpu_mean_s": "1", "tpu_mean_s": "2"}
    functions = [FUNCTION, FUNCTION | {"device": "abacus"}, FUNCTION | {"n_failed": "-1"}, FUNCTION | {"status": "odd"}]
    folder = portability(tmp_path, functions, timings=[timing, timing | {"tpu_mean_s": "0"}])
    report = import_portability(folder, tmp_path / "out")
    assert [problem.kind for problem in report.refused] == ["unknown_function_row"] * 3 + ["no_timing"]
    assert report.kept == 2
