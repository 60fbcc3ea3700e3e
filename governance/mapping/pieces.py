"""Pieces of input: files and parts of them, named by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from governance.errors import BadInput

BLOCK = 1_048_576


@dataclass(frozen=True, slots=True)
class Slice:
    """A file, or the bytes of it from ``start`` up to ``stop``.

    Args:
        path: The file.
        name: What it is called in the data, whatever folder it lies in today.
        start: The first byte.
        stop: One past the last byte.
        kind: How it is to be read, in the words of the function.
    """

    path: Path
    name: str
    start: int
    stop: int
    kind: str = ""

    @property
    def size(self) -> int:
        """Give the bytes."""
        return self.stop - self.start


Batch = tuple[Slice, ...]
"""What one call of the function gets."""


def part_name(batch: Batch, version: str) -> str:
    """Name the part of a batch: SHA-256 over the version and each slice's name, kind, length and bytes.

    Raises:
        BadInput: A file cannot be read or is shorter than planned.
    """
    digest = hashlib.sha256(version.encode())
    for piece in batch:
        digest.update(f"\0{piece.name}\0{piece.kind}\0{piece.size}\0".encode("utf-8", "surrogateescape"))
        for block in read_blocks(piece):
            digest.update(block)
    return f"{digest.hexdigest()}.parquet"


def read_blocks(piece: Slice) -> Iterator[bytes]:
    """Read the bytes of a slice, a block at a time.

    Raises:
        BadInput: The file cannot be read or is shorter than planned.
    """
    left = piece.size
    try:
        with piece.path.open("rb") as stream:
            stream.seek(piece.start)
            while left:
                block = stream.read(min(BLOCK, left))
                if not block:
                    raise BadInput("the file became shorter while it was read", piece.name, "run it again")
                left -= len(block)
                yield block
    except OSError as error:
        fix = "give files that everyone at work can read"
        raise BadInput(f"the file cannot be read: {error.strerror}", piece.name, fix) from error
