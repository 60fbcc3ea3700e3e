"""Import our own table of parameters and tokens, so that 6ND can be set beside the published FLOP."""

from __future__ import annotations

from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text
from governance.catalogue.published import Cells, Import, Names, Row, read_rows
from governance.compute.epoch import model_names
from governance.compute.model_vocabulary import ARCHITECTURES, INPUT_EVIDENCE, SPELLINGS
from governance.errors import BadInput

SOURCE = "touchstone-compute"
INPUTS = "models.csv"
COLUMNS = ("model", "epoch_model", "arch", "params_total", "params_active", "tokens_processed", "N_D_status")


def import_model_inputs(path: Path, out: Path) -> ImportReport:
    """Read the hand-made table of model inputs and write it as rows of ``model_input``.

    Only models that Epoch's table of the same folder names are kept: the others have no record to join.

    Args:
        path: Folder with ``models.csv`` and ``models_epoch_full.csv``.
        out: Folder for the facts; the catalogue expects the name ``touchstone-compute``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.
    """
    work, names = Import(SOURCE, SPELLINGS), model_names(path)
    rows: dict[str, Row] = {}
    for where, row in read_rows(path / INPUTS, COLUMNS):
        work.read += 1
        found = _input(work, names, where, row)
        if found and str(found["model_id"]) in rows:
            work.refuse("repeated_model", where, f"'{found['model_id']}' is given twice; the first is kept")
        elif found:
            rows[str(found["model_id"])] = found
    if not rows:
        raise BadInput("no model could be read", str(path / INPUTS), "check the file")
    work.note("field_not_kept", "columns of Epoch's", "organisation, FLOP, hardware: read from Epoch's own table")
    return work.finish(out, {"model_input": list(rows.values())}, kept=len(rows))


def _input(work: Import, names: Names, where: str, row: Cells) -> Row | None:
    name = clean_text(row["model"])
    key = names.find(row["epoch_model"]) if row["epoch_model"] else None
    if key is None:
        work.refuse("no_record", f"{where}, {name}", "no model of Epoch's table is named")
        return None
    if row["N_D_status"] not in INPUT_EVIDENCE:
        work.refuse("unknown_evidence", where, f"N_D_status is '{row['N_D_status']:.40}'")
        return None
    total, active = work.number(row, "params_total", name), work.number(row, "params_active", name)
    if total and active and active > total:
        work.note("more_active_than_all", name, f"{active:g} active of {total:g} parameters; kept as stated")
    return {
        "model_id": key,
        "architecture": work.word(row, "arch", ARCHITECTURES, name),
        "parameters": total,
        "active_parameters": active,
        "tokens": work.number(row, "tokens_processed", name),
        "evidence": row["N_D_status"],
        "source_id": SOURCE,
    }
