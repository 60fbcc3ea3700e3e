from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import pickle
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from governance.consent import source_kinds
from governance.consent.own_sources import open_source, read_slice, read_upload
from governance.consent.snapshots import MAX_LINE, Refused, Snapshot
from governance.errors import BadInput

CLOSED, OPEN = b"User-agent: *\nDisallow: /\n", b"User-agent: *\nDisallow:\n"
ROWS = [
    ("example.org", "2024-04-03", CLOSED, "200"),
    ("https://www.news.example/robots.txt", "2024-04-03T10:00:00Z", b'User-agent: "x, y"\nAllow: /\n', "200"),
    ("none.example", "2024-04-03", b"<html>not found</html>", "404"),
    ("down.example", "2024-04-03", b"", "503"),
]
EXPECTED = {
    ("example.org", date(2024, 4, 3), CLOSED),
    ("news.example", date(2024, 4, 3), ROWS[1][2]),
    ("none.example", date(2024, 4, 3), b""),
    ("down.example", date(2024, 4, 3), None),
}
NAMES = ("domain", "date", "robots", "status")


def found(path: Path):
    return [one for batch in open_source(path).batches() for piece in batch for one in read_slice(piece)]


def kept(path: Path):
    return {(one.domain, one.observed, one.content) for one in found(path) if isinstance(one, Snapshot)}


def reasons(path: Path):
    return [one.reason for one in found(path) if isinstance(one, Refused)]


def as_jsonl(rows=ROWS) -> bytes:
    lines = [dict(zip(NAMES, (*row[:2], row[2].decode(), row[3]), strict=True)) for row in rows]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def as_csv(rows=ROWS, delimiter=",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(NAMES)
    writer.writerows((*row[:2], row[2].decode(), row[3]) for row in rows)
    return text.getvalue().encode()


def as_parquet(rows=ROWS, **options) -> bytes:
    text = io.BytesIO()
    frame = pl.DataFrame(rows, schema=["url", "fetch_time", "content", "fetch_status"], orient="row")
    frame.with_columns(pl.col("fetch_status").cast(pl.Int16)).write_parquet(text, **options)
    return text.getvalue()


def as_warc(rows=ROWS, packed=True) -> bytes:
    text = io.BytesIO()
    writer = WARCWriter(text, gzip=packed)
    for host, day, content, status in rows:
        url = host if "//" in host else f"https://{host}/robots.txt"
        headers = StatusAndHeaders(f"{status} OK", [("Content-Type", "text/plain")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=io.BytesIO(content), http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{day[:10]}T10:00:00Z"},
            )
        )  # fmt: skip
    writer.write_record(writer.create_warc_record("https://example.org/", "resource", payload=io.BytesIO(b"page")))
    return text.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("list.jsonl", as_jsonl(), id="json-lines"),
        pytest.param("list.jsonl", b"\xef\xbb\xbf" + as_jsonl(), id="json-lines-bom"),
        pytest.param("list.jsonl", as_jsonl().rstrip(b"\n"), id="json-lines-no-last-break"),
        pytest.param("list.jsonl.gz", gzip.compress(as_jsonl()), id="json-lines-gzip"),
        pytest.param("list", as_csv(), id="csv-without-ending"),
        pytest.param("list.csv", b"\xef\xbb\xbf" + as_csv(), id="csv-bom"),
        pytest.param("list.tsv", as_csv(delimiter="\t"), id="tsv"),
        pytest.param("list.csv", as_csv(delimiter=";"), id="semicolons"),
        pytest.param("list.parquet", as_parquet(), id="parquet"),
        pytest.param("list.parquet", as_parquet(row_group_size=1), id="parquet-row-groups"),
        pytest.param("robots.warc.gz", as_warc(), id="warc-gzip"),
        pytest.param("robots.warc", as_warc(packed=False), id="warc"),
    ],
)
def test_the_same_snapshots_out_of_every_layout(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert kept(tmp_path / name) == EXPECTED
    assert reasons(tmp_path / name) == []
    uploaded = {(one.domain, one.observed, one.content) for one in read_upload(content, name)}
    assert uploaded == EXPECTED


@pytest.mark.parametrize(
    ("name", "host", "day"),
    [
        ("example.org.txt", "example.org", None),
        ("example.org", "example.org", None),
        ("www.Example.org_2024-04-15.txt", "example.org", date(2024, 4, 15)),
        ("2024-04/example.org.txt", "example.org", date(2024, 4, 1)),
        ("example.org/20240415093000.txt", "example.org", date(2024, 4, 15)),
        ("example.org/2024-04-15/robots.txt", "example.org", date(2024, 4, 15)),
        ("example.org/robots.txt", "example.org", None),
        ("example.org.robots.txt", "example.org", None),
        ("20240415/web2023-10.example.org.txt", "web2023-10.example.org", date(2024, 4, 15)),
    ],
)
def test_host_and_day_in_the_name_of_a_text(tmp_path, name, host, day):
    file = tmp_path / "texts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(CLOSED)
    assert kept(tmp_path / "texts") == {(host, day, CLOSED)}


def test_a_folder_may_hold_all_kinds(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(as_jsonl(ROWS[:1]))
    (tmp_path / "b.warc.gz").write_bytes(as_warc(ROWS[1:2]))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.parquet").write_bytes(as_parquet(ROWS[2:3]))
    (tmp_path / "down.example.txt").write_bytes(OPEN)
    (tmp_path / ".hidden.txt").write_bytes(CLOSED)
    (tmp_path / "notes.txt").write_bytes(b"no host")
    (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04....")
    assert {one[0] for one in kept(tmp_path)} == {"example.org", "news.example", "none.example", "down.example"}
    assert sorted(reasons(tmp_path)) == ["a file whose name says no host", "it is a zip archive, which is not opened"]


@pytest.mark.parametrize("size", [40, 200, 1_000])
@pytest.mark.parametrize("write", [as_jsonl, as_csv])
def test_cuts_lose_and_repeat_nothing(tmp_path, monkeypatch, write, size):
    monkeypatch.setattr(source_kinds, "SLICE_BYTES", size)
    rows = [(f"host{n}.example", "2024-04", b'say "no",\r\nor\nnot' * (n % 7), "200") for n in range(300)]
    file = tmp_path / "table"
    file.write_bytes(write(rows))
    pieces = [piece for batch in open_source(file).batches() for piece in batch]
    assert len(pieces) > 10
    assert all(one.stop == other.start for one, other in itertools.pairwise(pieces))
    assert kept(file) == {(host, date(2024, 4, 1), content) for host, _, content, _ in rows}
    assert len(found(file)) == 300


def test_one_file_more_changes_one_batch(tmp_path):
    for number in range(3_000):
        (tmp_path / f"host{number}.example.txt").write_bytes(b"")
    before = set(open_source(tmp_path).batches())
    (tmp_path / "host1500b.example.txt").write_bytes(b"")
    after = set(open_source(tmp_path).batches())
    assert len(before) > 3
    assert len(after - before) == 1


def a_zip() -> bytes:
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("example.org.txt", CLOSED)
    return text.getvalue()


def a_tar() -> bytes:
    text = io.BytesIO()
    with tarfile.open(fileobj=text, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("example.org.txt"))
    return text.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(a_zip(), "a zip archive", id="zip"),
        pytest.param(a_tar(), "a tar archive", id="tar"),
        *(pytest.param(pickle.dumps({"a": 1}, kind), "a Python pickle", id=f"pickle-{kind}") for kind in (2, 3, 4, 5)),
        pytest.param(b"\x1f\x8bnonsense", "damaged", id="gzip-broken"),
        pytest.param(gzip.compress(b"plain words"), "neither JSON lines nor", id="gzip-of-text"),
        pytest.param(gzip.compress(a_zip()), "neither JSON lines nor", id="gzip-of-zip"),
        pytest.param(b"PAR1" + b"\0" * 50, "damaged", id="parquet-broken"),
        pytest.param(as_parquet()[:-20], "damaged", id="parquet-cut"),
        pytest.param(b'[{"domain": "example.org"}]', "one JSON list", id="json-list"),
        pytest.param(b'{"site_name": "a", "robots": ""}\n', "no column for domain", id="json-wrong-names"),
        pytest.param(b'{"domain": "example.org"}\n', "no column for robots", id="json-no-text"),
        pytest.param(b"domain,tokens\nexample.org,5\n", "no column for robots", id="csv-wrong-columns"),
    ],
)  # fmt: skip
def test_what_is_not_opened_is_said_at_once(tmp_path, content, what):
    file = tmp_path / "given.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=what):
        open_source(file)
    with pytest.raises(BadInput, match=what):
        list(read_upload(content, "given.csv"))


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "empty-folder"])
def test_nothing_there(tmp_path, make):
    make(tmp_path / "given")
    with pytest.raises(BadInput):
        open_source(tmp_path / "given")


GOOD = as_jsonl(ROWS[:1])
NO_DATE, NO_ANSWER = "the date cannot be read", "a status that is no answer, such as a redirect"
A = b'{"domain": "a.example", "robots": '


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"\xff\xfe\xff not utf-8\n", "a line that is not JSON in UTF-8", id="bytes"),
        pytest.param(b"[1, 2]\n", "a line that is no object", id="list"),
        pytest.param(b'{"domain": "a.example"' + b"\n", "a line that is not JSON in UTF-8", id="cut"),
        pytest.param(b"[" * 100_000 + b"\n", "a line that is not JSON in UTF-8", id="deep"),
        pytest.param(b'{"domain": 7, "robots": ""}\n', "no host name", id="number-as-host"),
        pytest.param(b'{"domain": "a.example", "robots": {}}\n', "no robots.txt text", id="object-as-text"),
        pytest.param(b'{"domain": "a.example", "robots": null}\n', "no robots.txt text", id="no-text"),
        pytest.param(A + b'"", "date": "soon"}\n', NO_DATE, id="date"),
        pytest.param(A + b'"", "date": "2024-13"}\n', NO_DATE, id="month"),
        pytest.param(A + b'"", "status": 301}\n', NO_ANSWER, id="redirect"),
        pytest.param(A + b'"' + b"x" * MAX_LINE + b'"}\n', "a line over 16 MB", id="long"),
    ],
)  # fmt: skip
def test_a_bad_line_is_counted_and_the_rest_read(tmp_path, content, reason):
    file = tmp_path / "list.jsonl"
    file.write_bytes(GOOD + content + GOOD)
    assert kept(file) == {("example.org", date(2024, 4, 3), CLOSED)}
    assert reasons(file) == [reason]


def test_lines_of_ten_megabytes_are_read(tmp_path):
    content = b"User-agent: *\nDisallow: /" + b"a" * 10_000_000
    (tmp_path / "list.jsonl").write_bytes(as_jsonl([("example.org", "2024-04", content, "200")]))
    (tmp_path / "list.csv").write_bytes(as_csv([("example.org", "2024-04", content, "200")]))
    (tmp_path / "example.org_2024-04.txt").write_bytes(content)
    assert kept(tmp_path) == {("example.org", date(2024, 4, 1), content)}
    assert not reasons(tmp_path)


def test_bytes_that_are_no_utf8_come_through_as_they_are(tmp_path):
    content = b"User-agent: caf\xe9\nDisallow: /\n"
    (tmp_path / "example.org.txt").write_bytes(content)
    (tmp_path / "list.csv").write_bytes(b'domain,robots\nexample.org,"' + content + b'"\n')
    assert kept(tmp_path) == {("example.org", None, content)}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'domain,robots\n"never closed,' + b"x\n" * 1_000, id="open-quote"),
        pytest.param(b"domain,robots\n" + b"\0,\0\n" * 100, id="nul"),
        pytest.param(b"domain,robots\n" + b"a,b,c,d,e\n,\n\n" * 100, id="ragged"),
        pytest.param(b"domain,robots\n" + bytes(range(256)) * 100, id="all-bytes"),
    ],
)
def test_a_hostile_table_gives_reasons_only(tmp_path, content):
    (tmp_path / "list.csv").write_bytes(content)
    assert reasons(tmp_path / "list.csv") or not kept(tmp_path / "list.csv")


@pytest.mark.parametrize("cut", [10, 200, 500, 900])
def test_a_cut_web_archive_is_read_as_far_as_it_goes(tmp_path, cut):
    (tmp_path / "robots.warc.gz").write_bytes(as_warc()[:-cut])
    assert kept(tmp_path / "robots.warc.gz") < EXPECTED | {()}


def test_a_web_archive_of_nonsense_gives_a_reason(tmp_path):
    (tmp_path / "robots.warc").write_bytes(b"WARC/1.0\r\n" + bytes(range(256)) * 50)
    assert not kept(tmp_path / "robots.warc")


def test_a_gzip_that_swells_is_stopped(tmp_path):
    line = json.dumps({"domain": "a.example", "robots": "x" * 1_000_000}).encode() + b"\n"
    file = tmp_path / "list.jsonl.gz"
    file.write_bytes(gzip.compress(line * 40))
    assert reasons(file) == ["it holds over 200 times its size"]
    assert len(found(file)) < 40


def test_one_text_needs_a_host(tmp_path):
    (tmp_path / "robots.txt").write_bytes(CLOSED)
    with pytest.raises(BadInput, match="says no host"):
        open_source(tmp_path / "robots.txt")
    (tmp_path / "example.org.txt").write_bytes(CLOSED)
    assert kept(tmp_path / "example.org.txt") == {("example.org", None, CLOSED)}
    assert [one.domain for one in read_upload(CLOSED, "example.org")] == ["example.org"]
