"""A user's own table as CSV: its columns found, its rows with the place they stand in."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from governance.errors import BadInput

MAX_CHARACTERS = 5_000_000
_CELLS = threading.RLock()


@contextmanager
def long_cells(characters: int) -> Iterator[None]:
    """Let a cell of a table be longer than usual; the csv module has one limit for all, so it goes back at once."""
    with _CELLS:
        usual = csv.field_size_limit(characters)
        try:
            yield
        finally:
            csv.field_size_limit(usual)


def read_rows(text: str, columns: Sequence[str], where: str) -> Iterator[tuple[str, dict[str, str]]]:
    r"""Give the rows of a table, each with its place; cells are stripped, further columns left out.

    Args:
        text: CSV with a first line of names, in any case and order.
        columns: Those that are needed.
        where: Its name in errors.

    Raises:
        BadInput: It is too big, no CSV, or lacks a column.

    >>> list(read_rows("Device, price\ngpu, 2\n", ("device", "price"), "prices"))
    [('prices, line 2', {'device': 'gpu', 'price': '2'})]
    """
    need = f"write {', '.join(columns)} as the first line"
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"{len(text):,} characters", where, f"give at most {MAX_CHARACTERS:,}")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in columns if name not in names]
        if missing:
            raise BadInput(f"there is no column '{missing[0]}'", f"{where}, line 1", need)
        reader.fieldnames = names
        for row in reader:
            yield f"{where}, line {reader.line_num}", {name: (row.get(name) or "").strip() for name in columns}
    except csv.Error as error:
        raise BadInput(f"the table is not CSV: {error}", f"{where}, line {reader.line_num}", need) from error
