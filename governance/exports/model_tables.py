"""Models as files: the formats as data, and whom to credit."""

from __future__ import annotations

from governance.compute.models import ModelsResult
from governance.exports.table_files import TableExport, credits_of, table_exports

NOTES = (
    ("Units", "FLOP are operations; parameters and tokens are counts; empty is unknown"),
    ("Interval", "flop_low and flop_high hold 90%, read from the source's confidence or as an own model states"),
)
MODEL_EXPORTS: tuple[TableExport[ModelsResult], ...] = tuple(table_exports("models", NOTES).values())

model_credits = credits_of
