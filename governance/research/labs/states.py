"""Small states of models as named arrays, read from .safetensors or .npz; nothing in them is ever run."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import safetensors

from governance.errors import BadInput
from governance.research.labs.merges import Array

MOST_BYTES = 20_000_000
MOST_ARRAYS = 5_000
KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
"""Kinds of numbers of a .safetensors file that are read, beside BF16."""


def read_state(data: bytes, where: str, *, most: int = MOST_BYTES) -> dict[str, Array]:
    """Read a small state of named arrays, found from its content.

    Args:
        data: The file's bytes, .safetensors or .npz.
        where: Its name in errors.
        most: Bytes taken, packed and unpacked.

    Raises:
        BadInput: It is too big, neither of the two, holds objects or text, or a number that is not finite.
    """
    if len(data) > most:
        raise BadInput(f"the file has {len(data) / 1e6:,.1f} MB", where, f"give at most {most / 1e6:,.0f} MB")
    found = _npz(data, where, most) if data.startswith(b"PK") else _safetensors(data, where)
    state = {name: array.astype(float) for name, array in found.items()}
    if not all(np.isfinite(array).all() for array in state.values()):
        raise BadInput("an array has a number that is not finite", where, "mend the model before it is merged")
    return state


def _safetensors(data: bytes, where: str) -> dict[str, Array]:
    try:
        entries = safetensors.deserialize(data)  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        fix = "give .safetensors, or an .npz of plain arrays saved with numpy.savez"
        raise BadInput("it is no .safetensors file and no .npz of plain arrays", where, fix) from error
    if not entries or len(entries) > MOST_ARRAYS:
        raise BadInput(f"it holds {len(entries):,} arrays", where, f"give 1 to {MOST_ARRAYS:,}")
    found = {}
    for name, entry in entries:
        kind, stored = entry["dtype"], bytes(entry["data"])
        if kind == "BF16":  # the upper half of a 32-bit float
            flat = (np.frombuffer(stored, "<u2").astype("<u4") << 16).view("<f4")
        elif kind in KINDS:
            flat = np.frombuffer(stored, KINDS[kind])
        else:
            raise BadInput(f"array '{name:.60}' is of {kind}", where, f"store BF16 or one of {', '.join(KINDS)}")
        found[name] = flat.reshape(entry["shape"])
    return found


def _npz(data: bytes, where: str, most: int) -> dict[str, Array]:
    fix = "save plain arrays of numbers with numpy.savez"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
        if size > most or len(entries) > MOST_ARRAYS:
            what = f"it unpacks to {size / 1e6:,.1f} MB in {len(entries):,} arrays"
            raise BadInput(what, where, f"give at most {most / 1e6:,.0f} MB in {MOST_ARRAYS:,} arrays")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            found = {name: np.asarray(stored[name]) for name in stored.files}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise BadInput("it is no .npz of plain arrays", where, fix) from error
    if not found or any(array.dtype.kind not in "fiu" for array in found.values()):
        raise BadInput("it holds no arrays, or some that are not numbers", where, fix)
    return found
