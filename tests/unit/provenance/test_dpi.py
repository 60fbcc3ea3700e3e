"""The importer of the published collection: all of it, nothing that is not ours, and damaged copies of it."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import FACTS, open_catalogue
from governance.errors import BadInput
from governance.provenance.datasets import load_datasets
from governance.provenance.dpi import NOT_KEPT, RELEASES, import_dpi
from governance.provenance.dpi.licences import LicenceTable
from governance.provenance.lineage import lineage
from tests.unit.published_layout import CLASSES, speech_record, text_record, write_release

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("https://example.org")',
    "\u202egnp.exe",
    "nul\x00byte",
    "quote\"'`\\",
    "a,b;c\td\ne",
    "x" * 10_000,
    "\N{GRINNING FACE}",
    "#comment",
    "{}",
    "null",
    "2020-01-01T00:00:00",
    "%s %d",
    "../../etc/passwd",
    "-1+1",
    "@cmd",
]


def rows_of(folder: Path, table: str) -> list[dict]:
    """Read a table of facts, whatever its format."""
    for file in folder.glob(f"{table}.*"):
        if file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as stream:
                return [{name: value or None for name, value in row.items()} for row in csv.DictReader(stream)]
        if file.suffix == ".jsonl":
            return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return pl.read_parquet(file).to_dicts()
    return []


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())} if folder.is_dir() else {}


def records_of(published: Path, file: str) -> list[dict]:
    with gzip.open(published / file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "dpi"
    folder.mkdir()
    (folder / "alias.csv").write_text("before", encoding="utf-8")
    return folder


@pytest.mark.outside_data
class TestPublished:
    def test_the_shipped_facts_are_what_the_importer_makes(self, imported):
        _, made = imported
        assert content(made) == content(FACTS / "dpi")

    def test_every_record_is_accounted_for(self, published, imported):
        report, made = imported
        assert (report.read, report.kept, report.refused) == (2311 + 1858 + 95 + 105, 2311 + 1858 + 95 + 105, ())
        kept = rows_of(made, "dataset")
        for release in RELEASES:
            stated = Counter((one["_file"], one["_key"]) for one in records_of(published, release.file))
            mine = [row for row in kept if (row["snapshot"], row["modality"]) == (release.snapshot, release.modality)]
            assert Counter((row["source_file"], row["source_key"]) for row in mine) == stated
        assert report.rows["dataset"] == len(kept) == report.kept

    def test_notes_are_reported_and_kept(self, imported):
        report, made = imported
        kinds = Counter(note.kind for note in report.notes)
        assert kinds["repeated_id"] == 1
        assert kinds["field_not_kept"] == len(NOT_KEPT)
        kept = Counter(row["kind"] for row in rows_of(made, "import_note"))
        assert kept == kinds
        (repeated,) = (note for note in report.notes if note.kind == "repeated_id")
        assert "pii-masking-200k" in repeated.subject
        assert "pii-masking-200k~2" in repeated.detail

    def test_licences_are_those_of_the_records_by_the_published_rule(self, published, catalogue, datasets_of):
        use_of = {"All": 0, "Unspecified": 1, "NC": 2, "Acad": 3, "?": 3}
        for release in RELEASES:
            tables = [
                json.loads((published / release.constants / name).read_text(encoding="utf-8"))
                for name in (
                    "license_classes.json",
                    "custom_license_classes.json",
                    "license_paraphrases.json",
                )
            ]
            named, custom, paraphrases = tables
            other = {spelling.lower(): name for name, spellings in paraphrases.items() for spelling in spellings}
            frame = datasets_of(release.snapshot).frame.filter(pl.col("modality") == release.modality)
            columns = ("source_file", "source_key", "licence_use", "attribution", "share_alike")
            found = {row[:2]: row[2:] for row in frame.select(columns).iter_rows()}
            for record in records_of(published, release.file):
                triples = []
                for entry in record["Licenses"]:
                    name, url = entry["License"], entry.get("License URL") or ""
                    name = name if name in named or name == "Custom" else other.get(name.lower(), name)
                    triple = custom.get(url) if name == "Custom" else named.get(name)
                    triples.append((triple or ["?", "?", "?"])[:: -1 if release.snapshot != "current" else 1])
                use = ["commercial", "unspecified", "noncommercial", "academic_only"][
                    max(use_of[one[0]] for one in triples)
                ]
                flags = tuple(any(one[at] != "0" for one in triples) for at in (1, 2))
                assert found[record["_file"], record["_key"]] == (use, *flags), record["_key"]

    def test_prose_and_names_of_people_stay_behind(self, published):
        left = {name.rpartition(".")[2] for name in NOT_KEPT}
        prose, people = set(), set()
        for release in RELEASES:
            for record in records_of(published, release.file):
                fields = {**(record.get("Inferred Metadata") or {}), **record}
                people |= {
                    name.strip() for name in str(fields.get("License Verified By") or "").replace("/", ",").split(",")
                }
                prose |= {" ".join(str(fields.get(name) or "").split()) for name in left - {"License Verified By"}}
        people = {name for name in people if " " in name}
        prose = {text for text in prose if len(text) >= 40 and " " in text}
        assert len(people) > 5
        assert len(prose) > 500
        cells: set[str] = set()
        for folder in FACTS.iterdir():
            for file in folder.iterdir():
                for row in rows_of(folder, file.stem):
                    for column, value in row.items():
                        if column != "authors":  # a volunteer may well have written a paper
                            cells.add(" ".join(str(value).split()))
        every = "\n".join(sorted(cells)).casefold()
        assert [name for name in people if name.casefold() in every] == []
        long = "\n".join(sorted(cell for cell in cells if len(cell) >= 40)).casefold()
        assert [text for text in prose if text.casefold() in long] == []

    def test_authors_come_from_the_bibliography_of_the_record(self, published):
        raw = " ".join(
            " ".join(str(one.get("Bibtex") or "").split()) for one in records_of(published, "video.jsonl.gz")
        )
        rows = [row for row in rows_of(FACTS / "dpi", "bibliography") if row["dataset_id"] == "100doh"]
        assert rows
        assert all(author.split()[-1] in raw for author in rows[0]["authors"])


def test_the_same_input_gives_the_same_bytes(tmp_path):
    records = [text_record("alpha"), text_record("beta", **{"Derived from Datasets": ["alpha"]})]
    write_release(tmp_path / "in", records)
    write_release(tmp_path / "in", [speech_record()], file="speech.jsonl.gz")
    first = import_dpi(tmp_path / "in", tmp_path / "one")
    assert import_dpi(tmp_path / "in", tmp_path / "two") == first
    assert import_dpi(tmp_path / "in", tmp_path / "one") == first
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert set(content(tmp_path / "one")) == set(first.files)
    assert (first.read, first.kept) == (3, 3)


def test_nothing_of_a_volunteer_or_of_others_prose_is_written(tmp_path):
    write_release(tmp_path / "in", [text_record()])
    import_dpi(tmp_path / "in", tmp_path / "dpi")
    written = b"".join(content(tmp_path / "dpi").values())
    for text in ("Nameson", "nobody else should read", "not ours to copy"):
        assert text.encode() not in written


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-12]), id="truncated"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:40]), id="truncated-early"),
        pytest.param(lambda file: file.write_bytes(b"\x1f\x8b" + b"junk" * 50), id="junk-gzip"),
        pytest.param(lambda file: file.write_bytes(b"not gzip"), id="not-gzip"),
        pytest.param(lambda file: file.write_bytes(b""), id="no-bytes"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b"")), id="no-lines"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b"\n \n")), id="blank-lines"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b'{"a":\n')), id="half-a-line"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b"[1, 2]\n")), id="a-list"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b'{"a": NaN}\n')), id="nan"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b"[" * 100_000)), id="deep"),
        pytest.param(lambda file: file.write_bytes(gzip.compress('{"a": "é"}\n'.encode("latin-1"))), id="not-utf-8"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b'{"a": "\\ud800"}\n')), id="lone-surrogate"),
        pytest.param(lambda file: file.write_bytes(gzip.compress(b"{}\n")), id="no-field-at-all"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="a-folder"),
        pytest.param(lambda file: file.unlink(), id="missing"),
    ],
)
def test_a_damaged_file_is_refused_and_the_facts_stay(tmp_path, out, damage):
    write_release(tmp_path / "in", [text_record(name) for name in ("alpha", "beta", "gamma")])
    damage(tmp_path / "in" / "text.jsonl.gz")
    with pytest.raises(BadInput) as caught:
        import_dpi(tmp_path / "in", out)
    assert content(out) == {"alias.csv": b"before"}
    assert caught.value.where
    assert caught.value.fix


def test_a_later_damaged_file_undoes_all_of_it(tmp_path, out):
    write_release(tmp_path / "in", [text_record()])
    write_release(tmp_path / "in", ["{"], file="video.jsonl.gz")
    with pytest.raises(BadInput, match=r"video\.jsonl\.gz, line 1"):
        import_dpi(tmp_path / "in", out)
    assert content(out) == {"alias.csv": b"before"}


@pytest.mark.parametrize("place", ["missing", "empty", "a-file"])
def test_nothing_to_read(tmp_path, out, place):
    path = tmp_path / "in"
    if place == "empty":
        path.mkdir()
    elif place == "a-file":
        path.write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="no file of the collection"):
        import_dpi(path, out)
    assert content(out) == {"alias.csv": b"before"}


@pytest.mark.parametrize("name", ["license_classes.json", "custom_license_classes.json", "license_paraphrases.json"])
@pytest.mark.parametrize(
    "damage",
    [None, b"", b"{", b"[]", b"\xff\xfe", b"null"],
    ids=["missing", "empty", "half", "list", "not-utf-8", "null"],
)
def test_damaged_constants(tmp_path, out, name, damage):
    write_release(tmp_path / "in", [text_record()])
    file = tmp_path / "in" / "constants" / name
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(BadInput, match=name.replace(".", r"\.")):
        import_dpi(tmp_path / "in", out)
    assert content(out) == {"alias.csv": b"before"}


@pytest.mark.parametrize(
    "triple",
    [["All", "1"], ["All", "1", "0", "0"], [], "All", 3, {}, ["Free", "1", "0"], [None] * 3, ["All", "2", "0"]],
)
def test_a_class_that_cannot_be_read(tmp_path, out, triple):
    write_release(tmp_path / "in", [text_record()], classes={**CLASSES, "MIT License": triple})
    with pytest.raises(BadInput, match="MIT License"):
        import_dpi(tmp_path / "in", out)
    assert content(out) == {"alias.csv": b"before"}


@pytest.mark.parametrize("spellings", [3, "mit", [None], [["mit"]], {}, None])
def test_spellings_that_cannot_be_read(tmp_path, out, spellings):
    write_release(tmp_path / "in", [text_record()], paraphrases={"MIT License": spellings})
    with pytest.raises(BadInput, match="spellings"):
        import_dpi(tmp_path / "in", out)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        pytest.param({"Unique Dataset Identifier": ...}, "missing_field", id="no-id"),
        pytest.param({"Unique Dataset Identifier": "  "}, "missing_field", id="blank-id"),
        pytest.param({"Unique Dataset Identifier": "\x00"}, "missing_field", id="nul-id"),
        pytest.param({"Unique Dataset Identifier": "collection:Letters"}, "reserved_id", id="id-of-a-collection"),
        pytest.param({"Dataset Name": ""}, "missing_field", id="empty-name"),
        pytest.param({"Collection": None}, "missing_field", id="null-collection"),
        pytest.param({"Licenses": ...}, "missing_field", id="no-licences"),
        pytest.param({"Licenses": []}, "missing_field", id="empty-licences"),
        pytest.param({"Licenses": {"License": "MIT License"}}, "unreadable_licence", id="licences-no-list"),
        pytest.param({"Licenses": ["MIT License"]}, "unreadable_licence", id="licence-is-text"),
        pytest.param({"Licenses": [{"License": "MIT License"}, {}]}, "unreadable_licence", id="licence-without-name"),
    ],
)
def test_a_record_that_lacks_something_is_refused_and_reported(tmp_path, changes, kind):
    write_release(tmp_path / "in", [text_record("alpha", **changes), text_record("beta")])
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    assert (report.read, report.kept) == (2, 1)
    (problem,) = report.refused
    assert (problem.kind, problem.subject) == (kind, "text.jsonl.gz, line 1")
    assert [row["subject"] for row in rows_of(tmp_path / "dpi", "import_note") if row["kind"] == "refused"] == [
        problem.subject
    ]
    assert [row["id"] for row in rows_of(tmp_path / "dpi", "dataset")] == ["beta"]


def test_a_repeated_identifier_is_kept_under_another_and_noted(tmp_path):
    write_release(tmp_path / "in", [text_record(), text_record(), text_record("alpha~2"), text_record()])
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    kept = {row["id"]: row["stated_id"] for row in rows_of(tmp_path / "dpi", "dataset")}
    assert kept == {"alpha": "alpha", "alpha~2": "alpha", "alpha~2~2": "alpha~2", "alpha~3": "alpha"}
    assert sum(note.kind == "repeated_id" for note in report.notes) == 3


def test_an_identifier_may_come_back_in_another_release(tmp_path):
    write_release(tmp_path / "in", [text_record()])
    write_release(
        tmp_path / "in",
        [text_record()],
        file="text_v1_2023-10-25.jsonl.gz",
        constants="constants_v1_2023-10-25",
        classes={name: triple[::-1] for name, triple in CLASSES.items()},
    )
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    assert sorted((row["snapshot"], row["id"]) for row in rows_of(tmp_path / "dpi", "dataset")) == [
        ("2023-10-25", "alpha"),
        ("current", "alpha"),
    ]
    assert not [note for note in report.notes if note.kind == "repeated_id"]


def test_unknown_licences_are_kept_flagged_and_noted(tmp_path):
    licences = [{"License": "Nobody's Licence"}, {"License": "Custom", "License URL": "https://example.org/elsewhere"}]
    write_release(tmp_path / "in", [text_record(Licenses=licences)])
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    noted = {note.subject for note in report.notes if note.kind == "unknown_licence"}
    assert noted == {"current: Nobody's Licence", "current: custom:https://example.org/elsewhere"}
    rows = {row["id"]: row for row in rows_of(tmp_path / "dpi", "licence")}
    for key in ("Nobody's Licence", "custom:https://example.org/elsewhere"):
        assert (rows[key]["use"], rows[key]["known"], rows[key]["attribution"]) == ("academic_only", "false", None)


def test_spellings_and_both_orders_of_a_class_are_read(tmp_path):
    write_release(tmp_path / "a", [], classes={**CLASSES, "2023": ["1", "0", "NC"]})
    table = LicenceTable.read(tmp_path / "a" / "constants")
    assert table.look_up("THE mit LICENCE") == ("MIT License", True)
    assert table.look_up("own terms", "https://example.org/terms") == ("custom:https://example.org/terms", True)
    row = table.rows["2023"]
    assert (row["use"], row["attribution"], row["share_alike"]) == ("noncommercial", False, True)
    unclear = table.rows[table.look_up("Custom", " https://example.org/unclear ")[0]]
    assert (unclear["use"], unclear["attribution"], unclear["share_alike"], unclear["known"]) == (
        "academic_only",
        None,
        None,
        True,
    )


def derivations(folder: Path) -> set[tuple[str, str]]:
    return {(row["child"], row["parent"]) for row in rows_of(folder, "derivation") if row["kind"] == "derived_from"}


def test_cycles_and_self_derivation_are_kept_and_end(tmp_path):
    hub = "https://huggingface.co/datasets/letters/"
    write_release(
        tmp_path / "in",
        [
            text_record("alpha", **{"Derived from Datasets": ["beta", f"{hub}alpha"]}),
            text_record("beta", **{"Derived from Datasets": ["alpha"]}),
        ],
    )
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    assert derivations(tmp_path / "dpi") == {("alpha", "beta"), ("alpha", "alpha"), ("beta", "alpha")}
    assert [note.subject for note in report.notes if note.kind == "self_derivation"] == ["current: alpha"]
    build_catalogue(tmp_path, [tmp_path / "dpi"])
    with open_catalogue(tmp_path) as connection:
        assert {node.id for node in lineage(connection, "alpha").nodes} >= {"alpha", "beta"}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_come_through_as_text(tmp_path, name):
    record = text_record(
        "alpha",
        **{
            "Unique Dataset Identifier": name,
            "Dataset Name": name,
            "Collection": name,
            "Derived from Datasets": ["nobody" + name],
            "Model Generated": [name],
            "Creators": [name],
            "Task Categories": [name],
            "Languages": [name],
            "Text Sources": [name],
            "Licenses": [{"License": name, "License URL": name}, {"License": "Custom", "License URL": name}],
            "Bibtex": name,
            "Dataset URL": f"javascript:{name}",
        },
    )
    write_release(tmp_path / "in", [record])
    report = import_dpi(tmp_path / "in", tmp_path / "dpi")
    assert report.kept == 1
    build_catalogue(tmp_path, [tmp_path / "dpi"])
    with open_catalogue(tmp_path) as connection:
        frame = load_datasets(connection).frame
        (row,) = frame.iter_rows(named=True)
        assert row["url"] is None
        assert row["licence_use"] == "academic_only"
        assert row["name"].replace(" ", "") == "".join(
            character for character in name if not character.isspace() and character not in "\x00\u202e"
        )
        assert not set(row["id"]) & {"\x00", "\n", "\t"}
        assert lineage(connection, row["id"]).missing_parents == 1


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        [
            "²",
            "9" * 5_000,
            "1e400",
            "\x00",
            "None",
            "2023-13-45",
            "0000-00-00",
            "@misc{",
            "@article{a,title={",
            "[",
            "https://[::1",
        ]
    ),
    st.lists(
        st.one_of(
            st.none(),
            st.integers(),
            st.text(max_size=4),
            st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
        ),
        max_size=3,
    ),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
FIELDS = sorted(
    {
        *text_record(),
        *speech_record(),
        "Year Released",
        "Semantic Scholar Corpus ID",
        "ArXiv URL",
        "Paper URL",
        "Taken Down",
    }
)
INNER = ["HF Date", "S2 Date", "HF Yaml License", "HF Downloads (May 2024)", "HF Dataset", "Text Topics"]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("odd")


@given(
    st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=3),
    st.dictionaries(st.sampled_from(INNER), ODD, max_size=2),
    st.sampled_from(["text.jsonl.gz", "speech.jsonl.gz", "video.jsonl.gz"]),
)
def test_odd_values_are_kept_refused_or_rejected_and_never_crash(scratch, changes, inner, file):
    for old in (scratch / "in").glob("*.gz"):
        old.unlink()
    base = text_record() if file.startswith("text") else speech_record()
    record = {**base, "Inferred Metadata": {**base.get("Inferred Metadata", {}), **inner}, **changes}
    write_release(scratch / "in", [record, {**base, "Unique Dataset Identifier": "other"}], file=file)
    try:
        report = import_dpi(scratch / "in", scratch / "dpi")
    except BadInput:
        return
    assert report.read == 2
    assert report.kept + len(report.refused) == 2


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1e400", None),
        ("true", None),
        ("2022", 2022),
        ('" 2022 "', 2022),
        ('"²"', None),
        ('"9999999999999999999999"', None),
    ],
)
def test_numbers_that_are_none_stay_unknown(tmp_path, raw, number):
    write_release(tmp_path / "in", [json.dumps(speech_record()).replace("2022", raw)], file="speech.jsonl.gz")
    import_dpi(tmp_path / "in", tmp_path / "dpi")
    (row,) = rows_of(tmp_path / "dpi", "dataset")
    assert row.get("year") == (number if number is None else str(number))
