"""A memo as Markdown, one HTML file, a tagged PDF or a Word document; text from outside is shown and never acts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst

from governance.errors import BadInput
from governance.exports.memo_blocks import Bar, Bars, Block, Heading, Memo, Paragraph, Point, Points, Table
from governance.exports.memo_docx import memo_docx
from governance.exports.words import one_line, web_link

Standards = list[Literal["ua-1"]]
FORMATS = ("md", "html", "pdf", "docx")
TEMPLATE = Path(__file__).with_name("memo.typ")
BAR_CHARACTERS = 20
LONGEST_UNBROKEN = 24

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#&$@]|:(?=//)|(?<=www)\.|^(?=[-+=]))", re.IGNORECASE)
_BREAK = re.compile(rf"(\S{{{LONGEST_UNBROKEN}}})(?=\S)")
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2rem; border-bottom: 1px solid #8888; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #8885; }
td { overflow-wrap: break-word; min-width: 4.5rem; max-width: 20rem; }
th { overflow-wrap: normal; }
svg { display: block; width: 100%; min-width: 8rem; height: .75rem; }
@page { size: A4; margin: 2cm; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  .wide { overflow: visible; }
}
"""


def render_memo(memo: Memo, format: str) -> bytes:
    """Render a memo in one of `FORMATS`.

    Raises:
        BadInput: There is no such format.
    """
    if format not in FORMATS:
        raise BadInput(f"'{format[:40]}' is not a format of memos", "format", f"use one of {', '.join(FORMATS)}")
    if format in ("pdf", "docx"):
        return memo_pdf(memo) if format == "pdf" else memo_docx(memo)
    return (memo_markdown(memo) if format == "md" else memo_html(memo)).encode()


def memo_markdown(memo: Memo) -> str:
    r"""Write a memo as Markdown, with the tables of GitHub's flavour.

    >>> from datetime import date
    >>> print(memo_markdown(Memo("A & *b*", date(2026, 1, 2), (Paragraph("[x](http://y)"),))))
    # A \& \*b\*
    <BLANKLINE>
    \[x\](http\://y)
    <BLANKLINE>
    """
    parts = [f"# {markdown_text(memo.title)}", *(_md_block(block) for block in memo.blocks)]
    return "\n\n".join(parts) + "\n"


def memo_html(memo: Memo) -> str:
    """Write a memo as one HTML file that loads nothing and runs nothing."""
    title = _html(memo.title)
    body = "\n".join([f"<h1>{title}</h1>", *(_html_block(block) for block in memo.blocks)])
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def memo_pdf(memo: Memo) -> bytes:
    """Set a memo as a PDF tagged for screen readers (PDF/UA-1), offline.

    Text in letters that no font at hand has is set as well as can be, and then the file does not claim the standard.
    """
    data = json.dumps({"title": _typst(memo.title), "blocks": [_typst_block(block) for block in memo.blocks]})
    made_at = datetime.combine(memo.day, time(), UTC)
    template = TEMPLATE.read_bytes()
    tries: tuple[Standards, ...] = (["ua-1"], [])
    for standards in tries:
        # A compiler that failed has forgotten its input, so each try has its own.
        compiler = typst.Compiler(template, root=TEMPLATE.parent, sys_inputs={"memo": data})
        try:
            made = compiler.compile(format="pdf", pdf_standards=[*standards], timestamp=made_at)
        except typst.TypstError as error:
            if not standards:
                raise BadInput(f"the PDF cannot be set: {error.message[:200]}", "memo", "take HTML instead") from error
            continue
        if isinstance(made, bytes):
            return made
    raise TypeError("a PDF is one file")


def markdown_text(text: str) -> str:
    r"""Escape text so that Markdown shows it as it is, on one line.

    >>> print(markdown_text("*a*\nb"))
    \*a\* b
    """
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def _md_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {markdown_text(block.text)}"
    if isinstance(block, Paragraph):
        return markdown_text(block.text)
    if isinstance(block, Points):
        return "\n".join(f"- {_md_point(one)}" for one in block.points)
    if isinstance(block, Table):
        return _md_table(block.head, block.rows)
    rows = [(one.label, f"{one.first:.2f}", f"{one.last:.2f}", _text_bar(one)) for one in block.bars]
    return _md_table(block.head, rows)


def _md_point(one: Point) -> str:
    url = web_link(one.link)
    label = f"**{markdown_text(one.label)}:**" if one.label else ""
    parts = [label, markdown_text(one.text), f"<{url}>" if url else ""]
    return " ".join(part for part in parts if part)


def _md_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    heading, *body = [tuple(markdown_text(cell) for cell in row) for row in (head, *rows)]
    lines = [heading, ("---",) * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text_bar(one: Bar) -> str:
    low, high = sorted((one.first, one.last))
    start = min(round(low * BAR_CHARACTERS), BAR_CHARACTERS - 1)
    length = max(1, round(high * BAR_CHARACTERS) - start)
    return "·" * start + "█" * length + "·" * (BAR_CHARACTERS - start - length)


def _html(text: str) -> str:
    return html.escape(one_line(text))


def _html_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_html(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_html(block.text)}</p>"
    if isinstance(block, Points):
        return "<ul>\n" + "\n".join(f"<li>{_html_point(one)}</li>" for one in block.points) + "\n</ul>"
    if isinstance(block, Table):
        return _html_table(block.head, [tuple(_html(cell) for cell in row) for row in block.rows])
    rows = [(_html(one.label), f"{one.first:.2f}", f"{one.last:.2f}", _svg(one)) for one in block.bars]
    return _html_table(block.head, rows)


def _html_point(one: Point) -> str:
    url = web_link(one.link)
    link = f'<a href="{html.escape(url)}" rel="noopener noreferrer">{html.escape(url)}</a>' if url else ""
    parts = [f"<strong>{_html(one.label)}:</strong>" if one.label else "", _html(one.text), link]
    return " ".join(part for part in parts if part)


def _html_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    names = "".join(f'<th scope="col">{_html(cell)}</th>' for cell in head)
    lines = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"
    return f'<div class="wide" tabindex="0">{table}</div>'


def _svg(one: Bar) -> str:
    low, high = sorted((one.first, one.last))
    return (
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="6" fill="#8884"/>'
        f'<rect x="{100 * low:.1f}" width="{max(1.0, 100 * (high - low)):.1f}" height="6" fill="#4a86b4"/></svg>'
    )


def _typst(text: str) -> str:
    return _BREAK.sub("\\1\u200b", one_line(text))


def _typst_block(block: Block) -> dict[str, Any]:
    if isinstance(block, Points):
        return {"kind": block.kind, "points": [_typst_point(one) for one in block.points]}
    if isinstance(block, Table):
        rows = [[_typst(cell) for cell in row] for row in block.rows]
        return {"kind": block.kind, "head": list(block.head), "rows": rows, "widths": _widths(block)}
    if isinstance(block, Bars):
        bars = [
            {"label": _typst(one.label), "low": f"{one.first:.2f}", "high": f"{one.last:.2f}", "first": one.first,
             "last": one.last}
            for one in block.bars
        ]  # fmt: skip
        return {"kind": block.kind, "head": list(block.head), "bars": bars}
    level = {"level": block.level} if isinstance(block, Heading) else {}
    return {"kind": block.kind, "text": _typst(block.text), **level}


def _typst_point(one: Point) -> dict[str, str | None]:
    url = web_link(one.link)
    return {"label": _typst(one.label), "text": _typst(one.text), "link": url, "shown": _typst(url or "")}


def _widths(table: Table) -> list[int]:
    """Share the width by what the columns hold, within reason, and never below their longest word."""
    columns = [(name, *cells) for name, *cells in zip(table.head, *table.rows, strict=True)]
    words = [
        max(min(len(word), LONGEST_UNBROKEN) for cell in column for word in [*cell.split(), ""]) for column in columns
    ]
    return [max(word + 4, min(40, max(map(len, column)))) for word, column in zip(words, columns, strict=True)]
