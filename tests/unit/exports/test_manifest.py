import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import open_catalogue
from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import Selection
from governance.errors import BadInput, Conflict, NotFound
from governance.exports import manifest_file as manifest_module
from governance.exports.bundle import make_bundle
from governance.exports.formats import EXPORTERS, FORMATS, read_formats
from governance.exports.manifest import (
    MANIFEST_FILE,
    export_from_manifest,
    export_selection,
    read_manifest,
    render_export,
)
from governance.provenance.datasets import datasets_for
from governance.provenance.policies import POLICIES
from tests.unit.exports.samples import ROOT, Result, connect, frame_of, golden_rows, hostile_rows, select_rows

TEXT_FORMATS = ("csv", "jsonl", "bibtex", "attribution", "attribution-csv", "prov")
rows_of_golden = select_rows(golden_rows())


def files_in(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write(connection, folder, selection=None, formats=FORMATS, policy=None):
    asked = selection or Selection()
    return export_selection(connection, rows_of_golden(connection, asked, policy), formats, folder, policy)


def test_golden(bundle, golden):
    export = render_export(bundle, TEXT_FORMATS)
    for name, content in export.files.items():
        if name == MANIFEST_FILE:
            content = content.replace(
                b'"touchstone": "' + export.manifest.touchstone.encode(), b'"touchstone": "VERSION'
            )
        golden.check(name, content)


def test_golden_croissant(bundle, golden):
    document = json.loads(render_export(bundle, ["croissant"]).files["croissant.json"])
    document["distribution"][0] |= {"sha256": "SHA256", "contentSize": "SIZE"}  # Parquet's bytes change with its writer
    golden.check("croissant.json", (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def test_manifest_sums_its_files(connection, tmp_path):
    manifest = write(connection, tmp_path)
    files = files_in(tmp_path)
    assert set(files) == {file.name for file in manifest.files} | {MANIFEST_FILE}
    assert [file.format for file in manifest.files] == list(FORMATS)
    for file in manifest.files:
        assert (file.bytes, file.sha256) == (len(files[file.name]), hashlib.sha256(files[file.name]).hexdigest())
    assert read_manifest(tmp_path / MANIFEST_FILE) == manifest
    assert manifest.counts["datasets"] == 4
    assert [source.id for source in manifest.sources] == ["dpi"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.none() | st.lists(st.sampled_from([row["id"] for row in golden_rows()]), max_size=4),
    text=st.text(max_size=20),
    values=st.dictionaries(
        st.sampled_from([facet.field for facet in DATASET_FACETS if facet.kind != "range"]),
        st.lists(st.text(max_size=8), min_size=1, max_size=3),
        max_size=2,
    ),
    year=st.none() | st.integers(1990, 2030),
    policy=st.sampled_from(list(POLICIES)),
    formats=st.lists(st.sampled_from(FORMATS), min_size=1, max_size=3),
)
def test_export_reopen_export_is_identical(tmp_path_factory, ids, text, values, year, policy, formats):
    folder = tmp_path_factory.mktemp("export")
    selection = Selection.build(
        ids=ids, text=text, values=values, ranges={} if year is None else {"year": (year, None)}, policy=policy
    )
    with connect() as connection:
        write(connection, folder / "one", selection, formats)
        again = export_from_manifest(connection, folder / "one" / MANIFEST_FILE, folder / "two", select=rows_of_golden)
    assert again.selection == selection
    assert files_in(folder / "one") == files_in(folder / "two")


def test_hostile_names_come_out_identical(connection, tmp_path):
    select = select_rows(hostile_rows())
    export_selection(connection, select(connection, Selection(), None), FORMATS, tmp_path / "one")
    export_from_manifest(connection, tmp_path / "one" / MANIFEST_FILE, tmp_path / "two", select=select)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_another_process_gives_the_same_bytes(connection, tmp_path):
    manifest = write(connection, tmp_path)
    script = (
        "import json\n"
        "from governance.exports.manifest import render_export\n"
        "from governance.exports.bundle import make_bundle\n"
        "from governance.exports.formats import FORMATS\n"
        "from governance.catalogue.selection import Selection\n"
        "from tests.unit.exports.samples import *\n"
        "made = make_bundle(connect(), Result(Selection(), frame_of(golden_rows())))\n"
        "print(json.dumps({file.name: file.sha256 for file in render_export(made, FORMATS).manifest.files}))\n"
    )
    settings_of_another = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=settings_of_another, cwd=ROOT)
    assert json.loads(done.stdout) == {file.name: file.sha256 for file in manifest.files}


def test_an_own_policy_travels(connection, tmp_path):
    own = POLICIES["cautious"].model_copy(
        update={"id": "our-rule", "title": "Our rule", "ignored_licences": ("OpenAI",)}
    )
    write(connection, tmp_path / "one", Selection(policy="our-rule"), TEXT_FORMATS, own)
    seen = []

    def select(connection, selection, policy):
        seen.append(policy)
        return rows_of_golden(connection, selection, policy)

    export_from_manifest(connection, tmp_path / "one" / MANIFEST_FILE, tmp_path / "two", select=select)
    assert seen == [own]
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_an_own_policy_must_be_given(connection, tmp_path):
    with pytest.raises(NotFound, match="there is no policy 'our-rule'"):
        write(connection, tmp_path, Selection(policy="our-rule"))


def test_another_catalogue_is_named(connection, tmp_path):
    write(connection, tmp_path / "one")
    connection.execute("UPDATE catalogue_version SET version = 'ffffffffffff'")
    path = tmp_path / "one" / MANIFEST_FILE
    with pytest.raises(Conflict, match=r"made from catalogue 0123456789ab, this one is ffffffffffff"):
        export_from_manifest(connection, path, tmp_path / "two", select=rows_of_golden)
    assert not (tmp_path / "two").exists()
    made = export_from_manifest(connection, path, tmp_path / "two", select=rows_of_golden, allow_other_version=True)
    assert made.catalogue_version == "ffffffffffff"


def test_a_file_that_would_differ_is_named(connection, tmp_path):
    write(connection, tmp_path / "one")
    fewer = select_rows(golden_rows()[:1])
    with pytest.raises(Conflict, match=r"datasets\.csv.* would not come out as it was"):
        export_from_manifest(connection, tmp_path / "one" / MANIFEST_FILE, tmp_path / "two", select=fewer)
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_empty_selection_exports(empty, format_name):
    files = render_export(empty, [format_name]).files
    assert files[EXPORTERS[format_name].file_name] or format_name in ("bibtex", "jsonl")
    if format_name == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(files["datasets.xlsx"]))["Datasets"].max_row == 1


def test_zip_is_repeatable_and_whole(bundle):
    export = render_export(bundle, FORMATS)
    assert export.to_zip() == render_export(bundle, FORMATS).to_zip()
    with zipfile.ZipFile(io.BytesIO(export.to_zip())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == export.files


def change(connection, folder, **fields):
    write(connection, folder, formats=["csv"])
    path = folder / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")
    return path


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"snapshot": "2023-10-25"}, "the manifest says snapshot 2023-10-25", id="snapshot"),
        pytest.param({"policy": {"id": "cautious", "title": "x"}}, "the manifest says policy cautious", id="policy"),
        pytest.param({"formats": ["exe"]}, "formats.0", id="format"),
        pytest.param({"version": 2}, "version", id="layout"),
        pytest.param({"catalogue_version": "../../x"}, "catalogue_version", id="catalogue"),
        pytest.param({"extra": 1}, "extra", id="unknown field"),
        pytest.param({"selection": {"sort": "colour"}}, "'colour' is not an order", id="selection"),
    ],
)
def test_a_wrong_manifest_says_where(connection, tmp_path, fields, message):
    with pytest.raises(BadInput, match=message):
        read_manifest(change(connection, tmp_path, **fields))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"kind": "other"}', b"null"])
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(BadInput, match="the manifest"):
        read_manifest(data)


def test_a_missing_manifest(tmp_path):
    with pytest.raises(NotFound, match="there is no such manifest"):
        read_manifest(tmp_path / "none.json")
    with pytest.raises(BadInput, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_giant_manifest_is_refused(monkeypatch):
    monkeypatch.setattr(manifest_module, "MAX_MANIFEST", 10)
    with pytest.raises(BadInput, match="11 bytes"):
        read_manifest(b"x" * 11)


def test_a_folder_that_cannot_be_written(connection, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        write(connection, tmp_path / "file" / "under", formats=["csv"])


def test_formats_are_data():
    assert tuple(EXPORTERS) == FORMATS
    assert len({exporter.file_name for exporter in EXPORTERS.values()}) == len(FORMATS)
    assert read_formats(["prov", "csv"]) == ("csv", "prov")
    for names in (["exe"], []):
        with pytest.raises(BadInput, match="export format"):
            read_formats(names)


def test_sources_and_licences_of_hosts(connection):
    made = make_bundle(connection, Result(Selection(), frame_of(golden_rows())))
    hosts = [(statement.host, statement.name, statement.known) for statement in made.licences_by_dataset["hostile"]]
    assert hosts == [("audit", "Custom", False), ("github", "Odd | licence", False)]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    build_catalogue(folder)
    with open_catalogue(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    "query", ["language=swh&effective_use=commercial", "snapshot=2023-10-25&policy=cautious&q=flan", "id="]
)
def test_shipped_facts_come_out_identical(shipped, tmp_path, query):
    selection = Selection.from_query(query)
    result = datasets_for(shipped, selection, POLICIES[selection.policy])
    manifest = export_selection(shipped, result, FORMATS, tmp_path / "one")
    assert manifest.counts["datasets"] == result.total
    export_from_manifest(shipped, tmp_path / "one" / MANIFEST_FILE, tmp_path / "two")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
