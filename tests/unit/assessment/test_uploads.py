"""Uploads: what a file is, told from its bytes; what is not kept is refused with its reason and in bounded memory."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.assessment.upload_texts import MAX_DEPTH
from governance.assessment.uploads import SUFFIXES, check_upload
from governance.errors import BadInput
from tests.unit.assessment.upload_corpus import KEPT, PDF, REFUSED, content_of, deep, docx, lying_bomb, xlsx


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_told_from_its_bytes(name):
    content, media_type = KEPT[name]
    checked = check_upload(content)
    assert (checked.media_type, checked.size) == (media_type, len(content))
    assert checked.media_type in SUFFIXES


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_kept_is_refused_with_its_reason(name):
    content, reason = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        check_upload(content_of(content))
    assert reason in refused.value.what
    assert refused.value.fix


@pytest.mark.parametrize("name", ["bomb", "bomb-that-lies", "directory-that-lies", "million-columns"])
def test_a_bomb_does_not_fill_the_memory(name):
    content = content_of(REFUSED[name][0])
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            check_upload(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000 + 6 * len(content)


def test_a_member_is_never_read_beyond_what_the_directory_says():
    assert len(lying_bomb()) < 100_000
    with pytest.raises(BadInput, match="damaged"):
        check_upload(lying_bomb())


@pytest.mark.parametrize(
    ("content", "rows", "columns"),
    [
        pytest.param(b"a,b,c\n1,2,3\n", 2, 3, id="csv"),
        pytest.param(b"a;b\n\n1;2\n", 2, 2, id="csv-with-empty-line"),
        pytest.param(b"a,b\n1,2,3\n", None, None, id="uneven-is-text"),
        pytest.param(b"one line, with a comma", None, None, id="sentence"),
        pytest.param(b'a,b\n"1\n2",3\n', 2, 2, id="line-end-in-quotes"),
        pytest.param(xlsx(40, 7), 40, 7, id="workbook"),
        pytest.param(xlsx(1, 1), 1, 1, id="small-workbook"),
        pytest.param(docx(), None, None, id="document"),
    ],
)
def test_tables_are_counted(content, rows, columns):
    checked = check_upload(content)
    assert (checked.rows, checked.columns) == (rows, columns)


@pytest.mark.parametrize(("depth", "kept"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)], ids=["at", "beyond"])
def test_depth_of_json_has_a_bound(depth, kept):
    if kept:
        assert check_upload(deep(depth)).media_type == "application/json"
    else:
        with pytest.raises(BadInput, match="nested"):
            check_upload(deep(depth))


@given(st.binary(max_size=400))
def test_any_bytes_are_kept_or_refused_and_nothing_else_happens(content):
    for given_bytes in (content, b"PK\x03\x04" + content, PDF + content, b"%PDF-" + content, b"\x80\x04" + content):
        with suppress(BadInput):
            assert check_upload(given_bytes).media_type in SUFFIXES


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200).filter(str.strip))
def test_text_without_markup_is_text(text):
    content = f"- {text}".encode()
    if "<" not in text:
        assert check_upload(content).media_type == "text/plain"
