"""Memos: the answer and all it rests on, the same bytes each time, and nothing from outside that acts."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from governance.compute.history_files import read_history
from governance.compute.scenario import assess_scenario
from governance.compute.what_if_table import what_if_table
from governance.errors import BadInput
from governance.exports.memo import MOST_RUNS, NOT_LEGAL_ADVICE, scenario_memo
from governance.exports.memo_blocks import Bar, Bars, Heading, Memo, Paragraph, Point, Points, Table
from governance.exports.memo_formats import memo_html, memo_markdown, memo_pdf, render_memo
from governance.exports.memo_words import probability_words
from tests.unit.compute.law import law

DAY = date(2026, 8, 2)
HISTORY = """
title: Ours
shared: {size: 60-200B}
runs:
  - {id: base, developer: Ours, parameters: "@size", tokens: 8-25T, epochs: "triangular(1, 1.05, 1.6)",
     chips: 16000, chip_peak: 989 TFLOP/s, hours: 1500-2500, utilisation: 30-45%}
  - {id: data, developer: Ours, kind: synthetic_generation, parameters: "@size", tokens: 1T, public_data: false}
  - {id: tune, developer: Ours, kind: finetuning, flop: 3e23}
  - {id: trial, developer: Ours, kind: evaluation}
edges:
  - {child: tune, parent: base}
  - {child: base, parent: data, kind: data_from}
  - {child: trial, parent: tune}
final: tune
circumstances: {revenue: 600 million, modality: text}
"""
ATTACKS = (
    "<script>alert(1)</script>",
    "![x](https://evil.example/a.png) [y](javascript:alert(1))",
    '#read("/etc/passwd") $x^2$ @label *b* _i_ `c` \\ ~',
    "| a | b |",
    "=cmd|' /C calc'!A0",
    "https://evil.example/x www.evil.example me@evil.example",
    "</style></main>&lt;",
    "- item",
    "\u202eabc",
)
hostile = st.sampled_from(ATTACKS) | st.text(max_size=40)


def memo_of(text=HISTORY, title="Ours: does it cross a line?", names=("split", "merging", "progress"), draws=4096):
    history, (instruments, rules) = read_history(text), law()
    result = assess_scenario(history, instruments, rules, DAY, draws, 7)
    table = what_if_table(history, instruments, rules, DAY, draws, 7, {name: {} for name in names}) if names else None
    return result, scenario_memo(result, history, instruments, title, "0123456789ab", rules=rules, what_ifs=table)


@pytest.fixture(scope="module")
def made():
    return memo_of()


class Seen(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def of_every_kind(text):
    points = Points((Point("Label", text, "https://example.org/?a=<b>&c"), Point("", text, text)))
    blocks = (
        Heading(text, 2), Paragraph(text), points, Table(("A", "B"), ((text, text),)),
        Bars(("A", "B", "C", "D"), (Bar(text, 0.1, 0.9),)),
    )  # fmt: skip
    return Memo(text, DAY, blocks)


@pytest.mark.parametrize("format", ["md", "html"])
def test_memo(made, golden, format):
    golden.check(f"memo.{format}", render_memo(made[1], format))


def test_the_same_scenario_gives_the_same_bytes(made):
    again = memo_of()[1]
    for format in ("md", "html"):
        assert render_memo(again, format) == render_memo(made[1], format)


def test_the_answer_of_every_instrument_is_there(made):
    result, memo = made
    (answer,) = [block for block in memo.blocks if isinstance(block, Table) and block.head[0] == "Instrument"]
    rows = {row[0]: row for row in answer.rows}
    for one in result.instruments:
        row = rows.get(f"{one.instrument} ({one.jurisdiction})")
        if one.verdict is None or one.is_unasked:
            assert row is None
        else:
            assert row[2:4] == (one.verdict, probability_words(one.probability_low, one.probability_high))
    details = [block.text for block in memo.blocks if isinstance(block, Heading)]
    assert "AI Act, Article 51(2) (EU)" in details
    assert "Executive Order 14110, section 4.2(b)(i) (US)" not in details, "it is not in force"


@pytest.mark.parametrize(
    "said",
    [
        "0123456789ab", "4,096, seed 7", "Guidelines, Annex, para 119", "does not count", "What would settle it",
        "Owed where it exceeds", "within two weeks", "60 billion to 200 billion", "data from", "600 million",
        "Two ways of counting", "3 models merged", "equal-capability threshold", "from 2025-08-02", "ai-act-law.eu",
    ],
)  # fmt: skip
def test_what_it_rests_on_is_said(made, said):
    assert said in memo_markdown(made[1]).replace("\\", "")


def test_words_that_are_never_a_verdict(made):
    words = re.findall(r"[a-z]+", memo_markdown(made[1]).replace(NOT_LEGAL_ADVICE, "", 1).lower())
    assert not {"compliant", "safe", "legal", "illegal", "lawful"} & set(words)
    assert memo_markdown(made[1]).count(NOT_LEGAL_ADVICE) == 1


def test_without_what_ifs_nothing_is_said_of_them():
    assert "## What if" not in memo_markdown(memo_of(names=())[1])


def test_many_runs_are_cut_and_said_to_be():
    runs = [{"id": f"run {number}", "flop": 1e24} for number in range(MOST_RUNS + 5)]
    text = memo_markdown(memo_of(f'{{"runs": {runs}, "final": "run 0"}}'.replace("'", '"'), names=(), draws=64)[1])
    assert "5 more runs are left out here." in text


@given(hostile)
def test_markdown_shows_text_and_makes_nothing_of_it(text):
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
    tokens = parser.parse(memo_markdown(of_every_kind(text)))
    kinds = {child.type for token in tokens for child in token.children or ()} | {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "image", "code_inline", "em_open", "s_open", "fence", "hr"}
    links = [child.attrs["href"] for token in tokens for child in token.children or () if child.type == "link_open"]
    assert "https://example.org/?a=%3Cb%3E&c" in links
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert sum(token.type == "td_open" for token in tokens) == 2 + 4
    assert sum(token.type == "heading_open" for token in tokens) == 2


@pytest.mark.parametrize("text", ATTACKS[5:6])
def test_markdown_leaves_no_address_to_be_made_a_link(text):
    written = memo_markdown(Memo("t", DAY, (Paragraph(text),)))
    assert r"https\://evil" in written
    assert r"www\.evil" in written
    assert r"me\@evil" in written


@given(hostile)
def test_html_shows_text_and_makes_nothing_of_it(text):
    plain, given_text = Seen(memo_html(of_every_kind("plain"))), Seen(memo_html(of_every_kind(text)))
    assert [tag for tag in given_text.tags if tag != "a"] == [tag for tag in plain.tags if tag != "a"]
    assert all(link.startswith(("https://", "http://")) for link in given_text.links)
    assert not {"script", "img", "link", "iframe"} & set(given_text.tags)


def test_html_loads_nothing(made):
    page = memo_html(made[1])
    assert "default-src 'none'" in page
    assert not re.search(r"(src=|@import|url\()", page)
    assert '<html lang="en">' in page
    assert "@media print" in page
    assert page.count("<h1>") == 1


def test_pdf_is_tagged_for_screen_readers_and_dated_by_the_scenario(made):
    content = memo_pdf(made[1])
    assert content.startswith(b"%PDF-1.7")
    for mark in (b"pdfuaid", b"/StructTreeRoot", b"/Lang", b"D:20260802"):
        assert mark in content, mark


@pytest.mark.parametrize("text", ATTACKS)
def test_pdf_sets_any_text_as_text(text):
    assert memo_pdf(of_every_kind(text)).startswith(b"%PDF-1.7")


@given(hostile)
@settings(max_examples=15)
def test_pdf_is_made_of_any_text(text):
    assert memo_pdf(of_every_kind(text)).startswith(b"%PDF")


def test_pdf_of_letters_no_font_has_does_not_claim_the_standard():
    content = memo_pdf(Memo("\U000f0000 title", DAY, ()))
    assert content.startswith(b"%PDF")
    assert b"pdfuaid" not in content


def test_text_in_a_pdf_is_not_code():
    plain = memo_pdf(Memo("t", DAY, (Paragraph("a"),)))
    code = memo_pdf(Memo("t", DAY, (Paragraph("#pagebreak() #pagebreak() $x$"),)))
    assert b"/Type/Pages/Count 1/" in plain
    assert b"/Type/Pages/Count 1/" in code


def test_other_formats_are_refused(made):
    with pytest.raises(BadInput, match="'odt'"):
        render_memo(made[1], "odt")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0, 0.0, "0.00"),
        (1.0, 1.0, "1.00"),
        (1e-6, 1e-6, "below 0.01"),
        (0.9999, 0.9999, "above 0.99"),
        (0.1, 0.1, "0.10"),
        (0.1001, 0.1001, "0.11"),
        (0.8999, 0.8999, "0.89"),
        (0.9, 0.9, "0.90"),
        (0.0, 1.0, "0.00 to 1.00"),
        (0.0, 0.0001, "0.00 to 0.01"),
        (None, None, "unknown"),
    ],
)
def test_two_decimals_never_read_as_another_verdict(low, high, said):
    assert probability_words(low, high) == said
