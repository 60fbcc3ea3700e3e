"""Uploaded texts: UTF-8 by the byte, no markup, scripts or pickles; tables and JSON within bounds."""

from __future__ import annotations

import csv
import io
import json
import pickletools  # nosec B403 # it lists the steps of a pickle and takes none
import re
from itertools import islice
from typing import NoReturn

from governance.errors import BadInput

MAX_ROWS = 500_000
MAX_COLUMNS = 2_000
MAX_DEPTH = 100
MAX_PARTS = 1_000_000
"""Of JSON: its brackets and commas, which bound what it takes in memory."""

_WHERE = "uploaded file"
_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)  # gives up no step, so odd quotes cost nothing
_OPCODES = 100_000

Told = tuple[str, int | None, int | None]


def read_text(content: bytes) -> Told:
    r"""Tell which kind of text it is: media type, and rows and columns where it is a table.

    Args:
        content: The whole file; a byte-order mark of UTF-8 is passed over.

    Raises:
        BadInput: It is not UTF-8, is markup, a script or a pickle, or is beyond the bounds.

    >>> read_text(b"\xef\xbb\xbf# Notes")
    ('text/plain', None, None)
    >>> read_text(b'{"n": [1, 2]}')
    ('application/json', None, None)
    """
    for mark, name in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise BadInput(f"the text is {name}", _WHERE, "save it as UTF-8")
    if _is_pickle(content):
        raise BadInput("it is a pickle, which runs code when it is opened", _WHERE, "save the data as CSV or JSON")
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        fix = "save it as UTF-8, or as a kind that is taken"
        what = (
            f"it is no kind that is taken, and as text byte {error.start:,} (0x{content[error.start]:02x}) is not UTF-8"
        )
        raise BadInput(what, _WHERE, fix) from error
    control = _CONTROL.search(text)
    if control:
        at = len(text[: control.start()].encode()) + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        raise BadInput(f"it is no text: byte {at:,} is a control character", _WHERE, "use a kind that is taken")
    return _kind(text)


def _kind(text: str) -> Told:
    start = text.lstrip()[:64]
    if not start:
        raise BadInput("the file holds nothing but spaces", _WHERE, "choose another")
    if re.match(r"<[!?/a-zA-Z]", start):
        raise BadInput("it is HTML, SVG or other markup, which can run scripts", _WHERE, "send it as PDF or plain text")
    if start.startswith("#!"):
        raise BadInput("it is a script", _WHERE, "send what it gave, as text, CSV or JSON")
    if start[0] in "{[" and _is_json(text):
        return "application/json", None, None
    table = _table(text)
    return ("text/csv", *table) if table else ("text/plain", None, None)


def _is_json(text: str) -> bool:
    depth = 0
    for number, token in enumerate(_TOKEN.finditer(text)):
        mark = token[0]
        if mark[0] == '"' and (len(mark) < 2 or mark[-1] != '"'):
            return False
        depth += (mark in ("[", "{")) - (mark in ("]", "}"))
        if depth > MAX_DEPTH:
            raise BadInput(f"the JSON is nested more than {MAX_DEPTH} deep", _WHERE, "make it flatter")
        if number > MAX_PARTS:
            raise BadInput(f"the JSON has more than {MAX_PARTS:,} parts", _WHERE, "send a part of it, or a CSV")
    try:
        json.loads(text, parse_constant=_no_number)
    except ValueError:
        return False
    return True


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _table(text: str) -> tuple[int, int] | None:
    """Give rows and columns where every row of a text has the same number of cells, two or more."""
    widest = max(io.StringIO(text, newline=""), key=len)
    for delimiter in ",;\t":
        if widest.count(delimiter) >= MAX_COLUMNS:
            what = f"a row has {widest.count(delimiter) + 1:,} columns"
            raise BadInput(what, _WHERE, f"use at most {MAX_COLUMNS:,}, or send it as a long table")
    first = next(line for line in io.StringIO(text, newline="") if line.strip())
    found = [delimiter for delimiter in ",;\t" if delimiter in first]
    if not found:
        return None
    rows, columns = 0, 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(found, key=first.count), strict=True):
            if columns and row and len(row) != columns:
                return None
            rows, columns = rows + bool(row), columns or len(row)
    except csv.Error:
        return None
    if rows > MAX_ROWS:
        raise BadInput(f"the table has {rows:,} rows", _WHERE, f"use at most {MAX_ROWS:,}, or send a summary")
    return (rows, columns) if rows > 1 else None


def _is_pickle(content: bytes) -> bool:
    """Tell by walking through its instructions, none of which is carried out."""
    if not content.endswith(b"."):
        return False
    count = 0
    try:
        for _, _, at in islice(pickletools.genops(content), _OPCODES):
            count += 1
            end = at
    except Exception:  # noqa: BLE001 - whatever it stumbles over, it is no pickle
        return False
    return count > 2 and (count == _OPCODES or end == len(content) - 1)
