"""Small copies of the published tables of models, for tests of what the importers do with each oddity."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from governance.compute import epoch

MODEL = {"model": "Alpha-1", "date": "2024-05-06", "organization": "Lab", "source_snapshot": "s1"}


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows under a header; a column left out is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows([dict.fromkeys(columns, "") | dict(row) for row in rows])


def write_epoch(
    folder: Path,
    models: Sequence[Mapping[str, str]] = ({},),
    index: Sequence[Mapping[str, str]] = (),
    chips: Sequence[Mapping[str, str]] = (),
) -> Path:
    """Write the three tables; each model starts from `MODEL`."""
    folder.mkdir(exist_ok=True)
    write_csv(folder / epoch.MODELS, epoch.MODEL_COLUMNS, [MODEL | dict(row) for row in models])
    write_csv(folder / epoch.INDEX, epoch.INDEX_COLUMNS, index)
    write_csv(folder / epoch.CHIPS, epoch.CHIP_COLUMNS, chips)
    return folder
