"""Import Epoch AI's tables: models and what their training took, the capability index, chips."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text
from governance.catalogue.published import UNKNOWN_WORDS, Cells, Import, Names, Row, parts, read_rows, snake
from governance.compute.model_vocabulary import (
    DOMAINS,
    METHODS,
    NUMERIC_FORMATS,
    OPENNESS,
    ORGANISATION_KINDS,
    RECORD_CONFIDENCE,
    SPELLINGS,
)
from governance.errors import BadInput

SOURCE = "epoch"
MODELS, INDEX, CHIPS = "models_epoch_full.csv", "eci_by_model.csv", "accelerators.csv"
MODEL_COLUMNS = (
    "model", "organization", "date", "country", "domain", "parameters", "dataset_size", "epochs", "training_flop",
    "training_flop_lo", "training_flop_hi", "estimation_method", "confidence", "hardware", "hardware_quantity",
    "training_hours", "mfu", "hfu", "cost_2023usd", "power_w", "base_model", "finetune_flop", "posttrain_flop",
    "numeric_format", "accessibility", "open_weights", "frontier_flag", "org_type", "link", "reference", "flop_notes",
    "source_snapshot", "flop_snapshot",
)  # fmt: skip
INDEX_COLUMNS = (
    "model", "eci_max_over_versions", "first_release", "training_flop", "flop_confidence", "organization"
)  # fmt: skip
RATES = {
    "bf16_flops": "bf16_dense_flops", "tf32_flops": "tf32_flops", "fp8_flops": "fp8_flops", "fp4_flops": "fp4_flops",
    "int8_ops": "int8_ops", "int4_ops": "int4_ops", "fp16_vector_flops": "fp16_nontensor_flops",
    "fp32_flops": "fp32_flops", "fp64_flops": "fp64_flops", "memory_bytes": "memory_bytes",
    "memory_bandwidth": "memory_bw_bytes_s", "intranode_bandwidth": "intranode_bw_bytes_s",
    "internode_bandwidth": "internode_bw_bits_s", "power_watts": "tdp_w", "die_mm2": "die_mm2",
    "process_nm": "process_nm", "price_usd": "release_price_usd",
}  # fmt: skip
"""Our columns of a chip, and the source's."""
CHIP_COLUMNS = ("chip", "manufacturer", "type", "release", "datasheet", *RATES.values())
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
LEAST_FLOP = 1e6
"""Below this a figure given as FLOP has lost its exponent."""
NOT_KEPT = "texts of others; not part of the facts"

Peaks = dict[str, float]


def import_epoch(path: Path, out: Path) -> ImportReport:
    """Read Epoch AI's tables and write them as models, compute records, capabilities and accelerators.

    Notes on how a figure was reached and other prose are not kept.

    Args:
        path: Folder with ``models_epoch_full.csv``, ``eci_by_model.csv`` and ``accelerators.csv``.
        out: Folder for the facts; the same input gives the same bytes. The catalogue expects the
            name ``epoch``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: Epoch AI, "Data on AI Models", CC BY 4.0.
    """
    work = Import(SOURCE, SPELLINGS)
    chips, peaks = _chips(work, path)
    rows = [(where, row) for where, row in read_rows(path / MODELS, MODEL_COLUMNS) if _named(work, where, row, "model")]
    if not rows:
        raise BadInput("no model could be read", str(path / MODELS), "check that it is a copy of Epoch's tables")
    names = Names()
    ids = [_model_id(work, names, row["model"]) for _, row in rows]
    models = [_model(work, key, row) for key, (_, row) in zip(ids, rows, strict=True)]
    records = [_record(work, key, row, peaks) for key, (_, row) in zip(ids, rows, strict=True)]
    _bases(work, names, models, records)
    _fill(work, [row for _, row in rows])
    capabilities = _capabilities(work, path, names)
    work.note("field_not_kept", "flop_notes", NOT_KEPT)
    work.note("field_not_kept", "computed columns of chips", "TPP, density and class are computed from the rates")
    tables = {"model": models, "compute_record": records, "capability": capabilities, "accelerator": chips}
    return work.finish(out, tables, kept=len(models) + len(capabilities) + len(chips))


def model_names(path: Path) -> Names:
    """Give the ids that `import_epoch` gives to the models of a folder."""
    names = Names()
    for _, row in read_rows(path / MODELS, ("model",)):
        if clean_text(row["model"]):
            names.add(row["model"])
    return names


def _named(work: Import, where: str, row: Cells, name: str) -> bool:
    work.read += 1
    if clean_text(row[name]):
        return True
    work.refuse("missing_field", where, f"it has no {name}")
    return False


def _model_id(work: Import, names: Names, name: str) -> str:
    if names.has(name):
        work.note("repeated_name", clean_text(name), "another row has this name; both are kept, the later id numbered")
    return names.add(name)


def _model(work: Import, key: str, row: Cells) -> Row:
    name = clean_text(row["model"])
    openness = work.word(row, "accessibility", OPENNESS, name)
    return {
        "id": key,
        "name": name,
        "organisation": list(dict.fromkeys(parts(row["organization"]))) or None,
        "organisation_kind": work.words(row, "org_type", ORGANISATION_KINDS, name) or None,
        "country": work.countries(row, "country", name) or None,
        "domain": work.words(row, "domain", DOMAINS, name) or None,
        "parameters": work.number(row, "parameters", name),
        "dataset_size": work.number(row, "dataset_size", name),
        "epochs": work.number(row, "epochs", name),
        "released": work.day(row, "date", name),
        "openness": openness,
        "open_weights": _open_weights(work, row, openness, name),
        "frontier": FLAGS.get(row["frontier_flag"].casefold()),
        "base_model": clean_text(row["base_model"]) or None,
        "base_model_id": None,
        "url": work.link(row, "link", name),
        "paper": clean_text(row["reference"]) or None,
        "version": row["source_snapshot"] or "not stated",
        "source_id": SOURCE,
        "origin": "facts",
    }


def _open_weights(work: Import, row: Cells, openness: str | None, name: str) -> bool | None:
    """Take the source's own flag; where it has none, what its words on access say."""
    stated = FLAGS.get(row["open_weights"].casefold())
    said = None if openness is None else openness.startswith("open_weights")
    if stated is None and said is not None:
        work.count("open_weights_from_access", "open_weights", "no flag; read from accessibility", name)
    elif stated is not None and said is not None and stated != said:
        work.note("contradiction", name, f"open_weights is '{row['open_weights']}', accessibility '{openness}'")
    return said if stated is None else stated


def _record(work: Import, key: str, row: Cells, peaks: Peaks) -> Row:
    name = clean_text(row["model"])
    chips, hours = work.number(row, "hardware_quantity", name), work.number(row, "training_hours", name)
    cost = work.number(row, "cost_2023usd", name)
    record: Row = {
        "model_id": key,
        **_flop(work, row, name),
        "method": work.words(row, "estimation_method", METHODS, name) or None,
        "hardware": ", ".join(parts(row["hardware"])) or None,
        "chips": chips,
        "training_hours": hours,
        "chip_hours": chips * hours if chips and hours else None,
        "mfu": work.number(row, "mfu", name, most=1),
        "hfu": work.number(row, "hfu", name, most=1),
        "numeric_format": work.word(row, "numeric_format", NUMERIC_FORMATS, name),
        "cost_usd": cost,
        "cost_year": 2023 if cost else None,
        "power_watts": work.number(row, "power_w", name),
        "confidence": work.word(row, "confidence", RECORD_CONFIDENCE, name),
        "version": row["flop_snapshot"] or row["source_snapshot"] or "not stated",
        "source_id": SOURCE,
    }
    _check_use(work, record, name, peaks.get(str(record["hardware"])))
    if record["confidence"] == "wrong":
        work.note("marked_wrong", name, "the source marks the row as wrong; kept so")
    return record


def _flop(work: Import, row: Cells, name: str) -> Row:
    columns = {
        "training_flop": "training_flop",
        "low": "training_flop_lo",
        "high": "training_flop_hi",
        "finetune_flop": "finetune_flop",
        "posttrain_flop": "posttrain_flop",
    }
    stated = row | {"finetune_flop": ""} if (untuned := _is_zero(row["finetune_flop"])) else row
    found = {ours: work.number(stated, theirs, name) for ours, theirs in columns.items()}
    if untuned:
        work.note("no_finetuning", name, "its fine-tuning is stated as 0 FLOP; kept so")
        found["finetune_flop"] = 0.0
    for ours, value in found.items():
        if value and value < LEAST_FLOP:
            work.note("lost_exponent", name, f"{columns[ours]} is {value:g} FLOP; kept as unknown")
            found[ours] = None
    best, low, high = found["training_flop"], found["low"], found["high"]
    if (low and best and low > best) or (high and best and high < best) or (low and high and low > high):
        work.note("bound_out_of_place", name, f"low {low}, estimate {best}, high {high}; kept as stated")
    return dict(found)


def _is_zero(cell: str) -> bool:
    return cell.strip() in ("0", "0.0")


def _check_use(work: Import, record: Row, name: str, peak: float | None) -> None:
    """Note a row whose chips could not have done its FLOP in its hours: base FLOP beside fine-tune hours."""
    flop, hours = record["training_flop"], record["chip_hours"]
    if isinstance(flop, float) and isinstance(hours, float) and peak and flop / (hours * 3600 * peak) > 1:
        share = flop / (hours * 3600 * peak)
        work.note("utilisation_above_1", name, f"its chips and hours imply {share:.3g} of peak; kept as stated")


def _bases(work: Import, names: Names, models: list[Row], records: list[Row]) -> None:
    flop = {record["model_id"]: record["training_flop"] for record in records}
    children: Counter[str] = Counter()
    for model in models:
        stated = model["base_model"]
        if not isinstance(stated, str):
            continue
        found = names.find(stated)
        if found == model["id"]:
            work.note("own_base", str(model["name"]), "it names itself as its base; no link is made")
        elif found is None:
            several = len(parts(stated)) > 1
            kind, why = ("several_bases", "several are named") if several else ("unknown_base", "no model has the name")
            work.note(kind, str(model["name"]), f"'{stated}': {why}; kept as stated, without a link")
        else:
            model["base_model_id"] = found
            children[stated] += 1
            if flop[model["id"]] is not None and flop[model["id"]] == flop[found]:
                work.note("flop_of_the_base", str(model["name"]), f"its FLOP is that of '{stated}'")
    for base, number in sorted(children.items()):
        if number > 1:
            work.note("shared_base", base, f"{number} models name it as their base")


def _fill(work: Import, rows: list[Cells]) -> None:
    for name in MODEL_COLUMNS:
        known = sum(row[name].strip().casefold() not in UNKNOWN_WORDS for row in rows)
        if known < len(rows) and name != "flop_notes":
            work.note("not_stated", name, f"{known:,} of {len(rows):,} models state it")


def _capabilities(work: Import, path: Path, names: Names) -> list[Row]:
    rows: list[Row] = []
    for where, row in read_rows(path / INDEX, INDEX_COLUMNS):
        if not _named(work, where, row, "model"):
            continue
        name = clean_text(row["model"])
        found = names.find(name)
        if found is None:
            work.count("capability_without_model", INDEX, "no model of the name; kept without a link", name)
        elif not names.has(name):
            work.count("matched_by_spelling", INDEX, "matched by letters and digits alone", name)
        value = work.number(row, "eci_max_over_versions", name)
        if value is None:
            work.count("capability_without_value", INDEX, "no value; kept as unknown", name)
        rows.append(
            {
                "index_id": "eci",
                "model": name,
                "model_id": found,
                "organisation": clean_text(row["organization"]) or None,
                "released": work.day(row, "first_release", name),
                "value": value,
                "training_flop": work.number(row, "training_flop", name),
                "confidence": work.word(row, "flop_confidence", RECORD_CONFIDENCE, name),
                "source_id": SOURCE,
            }
        )
    return rows


def _chips(work: Import, path: Path) -> tuple[list[Row], Peaks]:
    names, rows = Names(), []
    peaks: Peaks = {}
    lacking: dict[str, list[str]] = defaultdict(list)
    for where, row in read_rows(path / CHIPS, CHIP_COLUMNS):
        if not _named(work, where, row, "chip"):
            continue
        name = clean_text(row["chip"])
        rates: Row = {ours: work.number(row, theirs, name) for ours, theirs in RATES.items()}
        peak = rates["bf16_flops"] or rates["fp16_vector_flops"] or rates["fp32_flops"]
        if isinstance(peak, float):
            peaks[name] = peak
        for column, value in rates.items():
            if value is None:
                lacking[column].append(name)
        rows.append(
            {
                "id": _model_id(work, names, name),
                "name": name,
                "maker": clean_text(row["manufacturer"]) or None,
                "kind": snake(row["type"]) or None,
                "released": work.day(row, "release", name),
                **rates,
                "url": work.link(row, "datasheet", name),
                "source_id": SOURCE,
            }
        )
    for column, missing in lacking.items():
        work.note("not_stated", f"chip.{column}", f"{len(rows) - len(missing):,} of {len(rows):,} chips state it")
    return rows, peaks
