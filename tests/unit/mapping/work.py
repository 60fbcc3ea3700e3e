"""What the workers of the tests run; a module of its own, so that fresh processes can import it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.errors import BadInput
from governance.mapping import Batch, Slice, read_blocks


def slices(folder: Path, contents: list[bytes]) -> list[Batch]:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, content in enumerate(contents):
        file = folder / f"{number:03}.txt"
        file.write_bytes(content)
        made.append((Slice(file, file.name, 0, len(content)),))
    return made


def count(batch: Batch) -> pl.DataFrame:
    rows = [(piece.name, sum(map(len, read_blocks(piece)))) for piece in batch]
    return pl.DataFrame(rows, schema={"name": pl.String, "n": pl.Int64}, orient="row")


def threads(batch: Batch) -> pl.DataFrame:
    return pl.DataFrame({"threads": [pl.thread_pool_size()], "process": [os.getpid()]})


def refuse(batch: Batch) -> pl.DataFrame:
    raise BadInput("not this one", batch[0].name, "give another")


def die(batch: Batch) -> pl.DataFrame:
    os._exit(9)


@dataclass(frozen=True)
class Slow:
    """Counts, and notes in a folder who was at work."""

    notes: Path
    seconds: float

    def __call__(self, batch: Batch) -> pl.DataFrame:
        (self.notes / f"{batch[0].name}.{os.getpid()}").touch()
        time.sleep(self.seconds)
        return count(batch)
