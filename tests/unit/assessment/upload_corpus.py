"""Files that people and attackers upload, made here: what is kept, and what must be refused with its reason."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import xlsxwriter

from governance.assessment.uploads import MAX_BYTES

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
MACRO_TYPES = TYPES.replace(
    "></Types>", '><Override ContentType="application/vnd.ms-word.document.macroEnabled"/></Types>'
)
DOCUMENT = "<w:document><w:body><w:p><w:r><w:t>Findings</w:t></w:r></w:p></w:body></w:document>"
TEMPLATE = '<Relationship Type="x/attachedTemplate" Target="http://a.test/t.dotm" TargetMode="External"/>'


def png() -> bytes:
    """Give a picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def webp() -> bytes:
    """Give the frame of a picture."""
    body = b"WEBPVP8L" + struct.pack("<I", 2) + b"\x2f\x00"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Give a zip of members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def docx(**more: str | bytes) -> bytes:
    """Give a document, with further members by name."""
    extra = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in more.items()}
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT, **extra})


def xlsx(rows: int = 3, columns: int = 2) -> bytes:
    """Give a workbook of numbers, written by a library of its own."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_row(row, 0, [row * columns + at for at in range(columns)])
    book.close()
    return stream.getvalue()


def encrypted() -> bytes:
    """Give a document whose directory says that it is encrypted."""
    content = bytearray(docx())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


@cache
def lying_bomb() -> bytes:
    """Give a document whose member says that it is small and unpacks to 50 MB."""
    content = bytearray(docx(word__media__a_DOT_xml=b"\0" * 50_000_000))
    size = struct.pack("<I", 50_000_000)
    at = content.find(size)
    while at >= 0:
        content[at : at + 4] = struct.pack("<I", 10)
        at = content.find(size, at)
    return bytes(content)


def many_members() -> bytes:
    """Give a zip with more members than its count says: 5,000 in a small file."""
    content = bytearray(packed({f"word/{number}": b"" for number in range(5_000)}, zipfile.ZIP_STORED))
    content[-14:-10] = struct.pack("<HH", 3, 3)
    return bytes(content)


def wide_sheet() -> bytes:
    """Give a workbook with one row of 3,000 cells."""
    cells = '<c r="A1"><v>1</v></c>' * 3_000
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
    return packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": sheet})


def long_sheet() -> bytes:
    """Give a workbook with 500,001 empty rows."""
    sheet = "<sheetData>" + "<row/>" * 500_001 + "</sheetData>"
    members = {"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": sheet}
    return packed(members)


KEPT: dict[str, tuple[bytes, str]] = {
    "pdf": (PDF, "application/pdf"),
    "png": (png(), "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9", "image/jpeg"),
    "webp": (webp(), "image/webp"),
    "text": ("Gefunden: nichts — auch nicht für Kiswahili.\n".encode(), "text/plain"),
    "markdown": (b"# Method\n\n1 < 2, and [a link](https://example.org)\n", "text/plain"),
    "csv": (b'group,n\nwomen,120\n"a, b",3\n', "text/csv"),
    "csv-with-mark": (b"\xef\xbb\xbfgroup;n\r\nwomen;120\r\n", "text/csv"),
    "tabs": (b"group\tn\nwomen\t120\n", "text/csv"),
    "json": (b'{"n": [1, 2.5, null], "a": {"b": "[[["}}', "application/json"),
    "json-with-mark": (b"\xef\xbb\xbf[1]", "application/json"),
    "sentence-with-stop": (b"It was looked at, and nothing was found.", "text/plain"),
    "odd-quotes": (b'["' + b'\\"' * 200_000, "text/plain"),
    "xlsx": (xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}

REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "empty"),
    "spaces": (b" \n\t ", "nothing but spaces"),
    "one-byte-too-large": (lambda: b"a" * (MAX_BYTES + 1), "20,000,001 bytes"),
    "renamed-exe": (EXE, "exe"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), "elf"),
    "script": (b"#!/bin/sh\nrm -rf /\n", "script"),
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "HTML"),
    "html-after-mark": (b"\xef\xbb\xbf \n<p onclick=alert(1)>x</p>", "markup"),
    "html-inside-text": (b"Dear reader,\n< script >alert(1)</script>", "HTML"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
    "xml-svg": (b'<?xml version="1.0"?><!-- x --><svg/>', "SVG"),
    "pdf-html": (b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF", "HTML"),
    "pdf-zip": (PDF + packed({"a.txt": "a"}), "at once"),
    "pdf-cut": (PDF[:40], "does not end"),
    "png-cut": (png()[:-5], "does not end"),
    "webp-longer": (webp() + b"more", "length does not fit"),
    "zip": (packed({"a.txt": "a"}), "zip archive"),
    "zip-cut": (packed({"a.txt": "a"})[:-30], "no end"),
    "gzip": (b"\x1f\x8b\x08" + bytes(40), "gz"),
    "seven-zip": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "7z"),
    "tar": (bytes(257) + b"ustar" + bytes(300), "tar"),
    "old-office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or encrypted"),
    "pickle-binary": (pickle.dumps({"a": [1, 2]}, protocol=4), "pickle"),
    "pickle-text": (b"cos\nsystem\n(S'echo hi'\ntR.", "pickle"),
    "pickle-protocol-0": (pickle.dumps([1, "a"], protocol=0), "pickle"),
    "numpy": (b"\x93NUMPY\x01\x00" + bytes(60), "byte 0 (0x93)"),
    "bad-utf-8": (b"name\nJos\xe9\n", "byte 8 (0xe9)"),
    "bad-utf-8-after-mark": (b"\xef\xbb\xbfab\xff", "byte 5 (0xff)"),
    "cut-utf-8": ("naïve €".encode()[:-1], "byte 7 (0xe2)"),
    "utf-16": ("group,n\n".encode("utf-16"), "UTF-16"),
    "utf-32": ("group,n\n".encode("utf-32"), "UTF-32"),
    "control-character": (b"\xef\xbb\xbfa\x00b", "byte 4 is a control"),
    "million-columns": (b"a," * 1_000_000 + b"a\n", "1,000,001 columns"),
    "many-rows": (b"a,b\n" * 500_001, "500,001 rows"),
    "deep-json": (b"[" * 10_000 + b"]" * 10_000, "nested"),
    "deep-json-cut": (b'{"a":' * 5_000, "nested"),
    "large-json": (b"[" + b"[]," * 400_000 + b"[]]", "parts"),
    "docm": (packed({"[Content_Types].xml": MACRO_TYPES, "word/document.xml": DOCUMENT}), "macros"),
    "docm-renamed": (docx(word__vbaProject_DOT_bin=b"\xd0\xcf\x11\xe0"), "macros"),
    "sheet-macros": (docx(xl__macrosheets__sheet1_DOT_xml="<x/>"), "macros"),
    "embedded-object": (docx(word__embeddings__oleObject1_DOT_bin=b"x"), "embedded"),
    "embedded-program": (docx(word__media__image1_DOT_png=EXE), "program"),
    "embedded-archive": (docx(word__media__image1_DOT_png=packed({"a": "b"})), "program or archive"),
    "far-template": (docx(word___rels__settings_DOT_xml_DOT_rels=TEMPLATE), "template"),
    "encrypted": (encrypted(), "encrypted"),
    "name-outside": (docx(**{"../../etc/cron_DOT_d": "x"}), "named"),
    "name-absolute": (docx(**{"/etc/passwd": "x"}), "named"),
    "name-windows": (docx(**{"C:\\x": "x"}), "named"),
    "two-of-one-name": (docx(WORD__document_DOT_xml="x"), "one name"),
    "bomb": (lambda: docx(word__media__a_DOT_xml=b"\0" * 50_000_000), "unpack to 50,000,000"),
    "bomb-of-many": (lambda: docx(**{f"word__{at}": b"" for at in range(1_600)}), "1,602 files"),
    "bomb-spread": (
        lambda: docx(**{f"word__{at}": bytes(1_000_000) for at in range(101)}),
        "unpack",
    ),
    "bomb-that-lies": (lying_bomb, "damaged"),
    "directory-that-lies": (many_members, "files or more"),
    "workbook-too-wide": (wide_sheet, "2,000 columns"),
    "workbook-too-long": (long_sheet, "500,000 rows"),
    "both-kinds": (docx(xl__workbook_DOT_xml="<w/>"), "zip archive"),
}


def content_of(given: bytes | Callable[[], bytes]) -> bytes:
    """Give the bytes of a case, made only when it is asked for."""
    return given() if callable(given) else given


def deep(depth: int) -> bytes:
    """Give JSON nested to a depth."""
    return json.dumps(1).encode().join([b"[" * depth, b"]" * depth])
