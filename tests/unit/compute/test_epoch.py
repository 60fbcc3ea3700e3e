"""Epoch's tables: every oddity is kept and reported, nothing is dropped in silence, damage is named."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import polars as pl
import pytest

from governance.catalogue.connect import FACTS
from governance.compute import epoch
from governance.compute.epoch import import_epoch
from governance.errors import BadInput
from tests.unit.compute.published_tables import write_epoch


def read(folder, table):
    (file,) = folder.glob(f"{table}.*")
    if file.suffix == ".parquet":
        return pl.read_parquet(file).to_dicts()
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return pl.read_csv(file).to_dicts()


def one(tmp_path, **cells):
    """Import one model; give its row, its record and the kinds of the notes on it."""
    report = import_epoch(write_epoch(tmp_path / "raw", [cells]), tmp_path / "epoch")
    (model,), (record,) = read(tmp_path / "epoch", "model"), read(tmp_path / "epoch", "compute_record")
    return model, record, {note.kind for note in report.notes if note.kind not in ("not_stated", "field_not_kept")}


@pytest.mark.outside_data
def test_the_shipped_facts_are_what_the_importer_makes(raw_compute, tmp_path):
    for _ in range(2):
        report = import_epoch(raw_compute, tmp_path)
    assert (report.read, report.kept, report.refused) == (2319 + 265 + 176, 2760, ())
    assert report.rows == {
        "model": 2319, "compute_record": 2319, "capability": 265, "accelerator": 176, "import_note": len(report.notes)
    }  # fmt: skip
    shipped = {file.name: file.read_bytes() for file in (FACTS / "epoch").iterdir()}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == shipped


@pytest.mark.outside_data
def test_quirks_of_the_published_tables_are_reported(raw_compute, tmp_path):
    report = import_epoch(raw_compute, tmp_path)
    kinds = Counter(note.kind for note in report.notes)
    assert kinds["utilisation_above_1"] == 24
    assert (kinds["several_bases"], kinds["unknown_base"]) == (18, 35)
    told = {(note.kind, note.subject): note.detail for note in report.notes}
    assert told["not_stated", "training_flop"].startswith("1,087 of 2,319")
    assert ("utilisation_above_1", "Flan-PaLM 540B") in told
    assert ("utilisation_above_1", "LLaVA") in told
    assert told["lost_exponent", "GLM-4V-9B"].startswith("training_flop_lo is 5.423")
    assert ("marked_wrong", "AlexNet + coordinating filters") in told
    assert "(120:" in told["unmapped_country", "Multinational"]


@pytest.mark.outside_data
def test_no_prose_is_kept(raw_compute, tmp_path):
    import_epoch(raw_compute, tmp_path)
    notes = pl.read_csv(raw_compute / epoch.MODELS, infer_schema_length=None)["flop_notes"].drop_nulls()
    long = [note for note in notes if len(note) > 80]
    kept = " ".join(str(row) for table in ("model", "compute_record", "import_note") for row in read(tmp_path, table))
    assert len(long) > 500
    assert not [note for note in long if note in kept]


@pytest.mark.parametrize(
    ("cells", "column", "kept", "note"),
    [
        pytest.param({"date": "2024-05"}, "released", date(2024, 5, 1), "partial_date", id="month"),
        pytest.param({"date": "2024"}, "released", date(2024, 1, 1), "partial_date", id="year"),
        pytest.param({"date": "spring"}, "released", None, "no_such_date", id="no-date"),
        pytest.param({"date": "2024-13"}, "released", None, "no_such_date", id="no-month"),
        pytest.param({"country": "Korea (Republic of),Atlantis"}, "country", ["KR"], "unmapped_country", id="country"),
        pytest.param({"domain": "Image generation,Alchemy"}, "domain", ["image_generation"], "unknown_word", id="word"),
        pytest.param({"organization": "NERSC, Berkeley,Lab"}, "organisation", ["NERSC, Berkeley", "Lab"], None,
                     id="comma-in-a-name"),
        pytest.param({"link": "javascript:alert(1)"}, "url", None, "no_link", id="no-link"),
        pytest.param({"link": "https://a.org/x \n http://b.org"}, "url", "https://a.org/x", "several_links",
                     id="two-links"),
        pytest.param({"accessibility": "Unreleased"}, "open_weights", False, "open_weights_from_access", id="closed"),
        pytest.param({"accessibility": "API access", "open_weights": "Yes"}, "open_weights", True, "contradiction",
                     id="contradiction"),
        pytest.param({"parameters": "-5"}, "parameters", None, "no_such_number", id="negative"),
    ],
)  # fmt: skip
def test_cells_of_a_model(tmp_path, cells, column, kept, note):
    model, _, notes = one(tmp_path, **cells)
    found = model.get(column)
    assert (date.fromisoformat(found) if isinstance(kept, date) and isinstance(found, str) else found) == kept
    assert notes == ({note} if note else set())


@pytest.mark.parametrize(
    ("cells", "column", "kept", "note"),
    [
        pytest.param({"training_flop": "nan"}, "training_flop", None, "no_such_number", id="nan"),
        pytest.param({"training_flop": "inf"}, "training_flop", None, "no_such_number", id="infinite"),
        pytest.param({"training_flop": "-1e24"}, "training_flop", None, "no_such_number", id="negative"),
        pytest.param({"training_flop": "lots"}, "training_flop", None, "no_such_number", id="word"),
        pytest.param({"training_flop": "5.4"}, "training_flop", None, "lost_exponent", id="lost-exponent"),
        pytest.param({"training_flop": "1e24", "training_flop_lo": "2e24"}, "low", 2e24, "bound_out_of_place",
                     id="bound"),
        pytest.param({"finetune_flop": "0.0"}, "finetune_flop", 0.0, "no_finetuning", id="no-fine-tuning"),
        pytest.param({"mfu": "1.2"}, "mfu", None, "no_such_number", id="mfu-above-1"),
        pytest.param({"hardware_quantity": "8", "training_hours": "10"}, "chip_hours", 80.0, None, id="chip-hours"),
        pytest.param({"confidence": "Unverified"}, "confidence", "unverified", None, id="unverified"),
        pytest.param({"confidence": "Unknown"}, "confidence", None, None, id="unknown"),
        pytest.param({"confidence": "Wrong"}, "confidence", "wrong", "marked_wrong", id="wrong"),
        pytest.param({"cost_2023usd": "10"}, "cost_year", 2023, None, id="cost"),
    ],
)  # fmt: skip
def test_cells_of_a_record(tmp_path, cells, column, kept, note):
    _, record, notes = one(tmp_path, **cells)
    assert record.get(column) == kept
    assert notes == ({note} if note else set())


def test_ids_bases_and_use(tmp_path):
    rows = [
        {"model": "Base 7B", "training_flop": "1e22"},
        {"model": "Base-7B"},
        {"model": "Tuned", "base_model": "Base 7B", "training_flop": "1e22"},
        {"model": "Other", "base_model": "base7b"},
        {"model": "Lost", "base_model": "Nobody"},
        {"model": "Two", "base_model": "Base 7B,Tuned"},
        {"model": "Self", "base_model": "Self"},
        {"model": "Hot", "training_flop": "1e22", "hardware": "Chip", "hardware_quantity": "1", "training_hours": "1"},
    ]
    chips = [{"chip": "Chip", "bf16_dense_flops": "1e12", "type": "GPU"}]
    index = [{"model": "TUNED", "eci_max_over_versions": "120.5"}, {"model": "Nobody"}]
    report = import_epoch(write_epoch(tmp_path / "raw", rows, index, chips), tmp_path / "epoch")
    models = {row["name"]: row for row in read(tmp_path / "epoch", "model")}
    assert (models["Base 7B"]["id"], models["Base-7B"]["id"]) == ("base-7b", "base-7b~2")
    linked = {name: row.get("base_model_id") for name, row in models.items() if row.get("base_model")}
    assert linked == {"Tuned": "base-7b", "Other": None, "Lost": None, "Two": None, "Self": None}
    told = {(note.kind, note.subject) for note in report.notes}
    assert {
        ("flop_of_the_base", "Tuned"), ("unknown_base", "Other"), ("unknown_base", "Lost"), ("several_bases", "Two"),
        ("own_base", "Self"), ("utilisation_above_1", "Hot"), ("capability_without_model", epoch.INDEX),
        ("matched_by_spelling", epoch.INDEX), ("capability_without_value", epoch.INDEX),
    } <= told  # fmt: skip
    assert [(row["model"], row["model_id"], row["value"]) for row in read(tmp_path / "epoch", "capability")] == [
        ("Nobody", None, None), ("TUNED", "tuned", 120.5)
    ]  # fmt: skip


def test_a_row_without_a_name_is_refused(tmp_path):
    report = import_epoch(write_epoch(tmp_path / "raw", [{}, {"model": " "}]), tmp_path / "epoch")
    assert (report.read, report.kept) == (2, 1)
    assert [problem.subject for problem in report.refused] == [f"{epoch.MODELS}, line 3"]


def test_a_table_may_be_in_any_order(tmp_path):
    rows = [{"model": name} for name in ("B", "A", "C")]
    import_epoch(write_epoch(tmp_path / "one", rows), tmp_path / "first")
    import_epoch(write_epoch(tmp_path / "two", rows[::-1]), tmp_path / "second")
    assert (tmp_path / "first" / "model.jsonl").read_bytes() == (tmp_path / "second" / "model.jsonl").read_bytes()


def cut(folder):
    path = folder / epoch.MODELS
    path.write_bytes(path.read_bytes()[:-20])


def without_a_column(folder):
    path = folder / epoch.MODELS
    path.write_text(path.read_text().replace("training_flop,", "flop,", 1))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(lambda folder: (folder / epoch.CHIPS).unlink(), "cannot be read", id="missing"),
        pytest.param(without_a_column, "column 'training_flop' is missing", id="column"),
        pytest.param(cut, "fewer cells", id="truncated"),
        pytest.param(lambda folder: (folder / epoch.MODELS).write_bytes(b"\xff\xfe\x00"), "cannot be read", id="bytes"),
        pytest.param(lambda folder: write_epoch(folder, []), "no model", id="empty"),
    ],
)
def test_damage_is_named_and_the_facts_stay(tmp_path, damage, said):
    folder = write_epoch(tmp_path / "raw")
    import_epoch(folder, tmp_path / "epoch")
    before = {file.name: file.read_bytes() for file in (tmp_path / "epoch").iterdir()}
    damage(folder)
    with pytest.raises(BadInput, match=said):
        import_epoch(folder, tmp_path / "epoch")
    assert {file.name: file.read_bytes() for file in (tmp_path / "epoch").iterdir()} == before
