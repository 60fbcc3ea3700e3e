"""A memo as a Word document: real headings, lists and tables; every text is set as it is."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Row

from governance.exports.memo_blocks import Bars, Block, Heading, Memo, Paragraph, Point, Points, Table
from governance.exports.words import one_line, web_link

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the clock would change the bytes


def memo_docx(memo: Memo) -> bytes:
    """Write a memo as DOCX; no field, macro or link in it acts, and the same memo gives the same bytes."""
    made = Document()
    made.styles["Normal"].font.size = Pt(10)
    made.styles["Normal"].element.rPr.append(_language())
    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
    properties, day = made.core_properties, datetime.combine(memo.day, time(), UTC)
    properties.title, properties.author, properties.comments = one_line(memo.title)[:255], "", ""
    properties.created, properties.modified, properties.language = day, day, "en-GB"
    made.add_heading(one_line(memo.title), level=1)
    for block in memo.blocks:
        _add(made, block)
    buffer = io.BytesIO()
    made.save(buffer)
    return _dated(buffer.getvalue())


def _add(made: Docx, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading(one_line(block.text), level=block.level)
    elif isinstance(block, Paragraph):
        made.add_paragraph(one_line(block.text))
    elif isinstance(block, Points):
        for point in block.points:
            _add_point(made, point)
    elif isinstance(block, Table):
        _add_table(made, block)
    elif isinstance(block, Bars):
        rows = tuple((bar.label, f"{bar.first:.2f}", f"{bar.last:.2f}") for bar in block.bars)
        _add_table(made, Table(block.head[:3], rows))


def _add_point(made: Docx, point: Point) -> None:
    line = made.add_paragraph(style="List Bullet")
    if point.label:
        line.add_run(f"{one_line(point.label)}: ").bold = True
    url = web_link(point.link)
    line.add_run(" ".join(part for part in (one_line(point.text), url) if part))


def _add_table(made: Docx, block: Table) -> None:
    table = made.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Table Grid")
    texts = [text for words in (block.head, *block.rows) for text in words]
    # One look at all cells: asking row by row takes a time that grows with the square of the rows.
    for number, (cell, text) in enumerate(zip(table._cells, texts, strict=True)):
        run = cell.paragraphs[0].add_run(one_line(text))
        run.font.size, run.bold = Pt(8), number < len(block.head)
    _repeat_on_every_page(table.rows[0])
    made.add_paragraph()


def _repeat_on_every_page(row: _Row) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _language() -> object:
    found = OxmlElement("w:lang")
    found.set(qn("w:val"), "en-GB")
    return found


def _dated(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _ZIP_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(part, made.read(name))
    return buffer.getvalue()
