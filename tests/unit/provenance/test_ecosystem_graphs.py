"""Ecosystem Graphs: every oddity of the published copy is kept and reported; damage is named, the facts stay."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import FACTS, open_catalogue
from governance.catalogue.vocabulary import NODE_KINDS
from governance.errors import BadInput
from governance.provenance.ecosystem_graphs import import_ecosystem_graphs

RAW = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw" / "ecosystem_graphs"


@pytest.fixture(scope="module")
def raw_data():
    if not RAW.is_dir():
        pytest.skip("the copy of Ecosystem Graphs states no licence and is not shipped")
    return RAW


@pytest.fixture(scope="module")
def imported(raw_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("import") / "ecosystem-graphs"
    report = import_ecosystem_graphs(raw_data, out)
    return report, {table: pl.read_csv(out / f"{table}.csv") for table in ("node", "derivation", "alias")}, out


def notes(report, kind):
    return {note.subject: note.detail for note in report.notes if note.kind == kind}


@pytest.mark.outside_data
def test_reads_every_record(imported):
    report, tables, _ = imported
    assert (report.source, report.read, report.kept, report.refused) == ("ecosystem-graphs", 639, 639, ())
    kinds = Counter(tables["node"].filter(pl.col("recorded"))["kind"])
    assert kinds == {"model": 429, "work": 112, "application": 98}
    assert (tables["node"]["id"].is_unique().all(), set(tables["node"]["snapshot"])) == (True, {"current"})


@pytest.mark.outside_data
def test_edges(imported):
    report, tables, _ = imported
    derived = tables["derivation"].filter(pl.col("kind") == "derived_from")
    assert len(derived) == 816 - 1, "one parent is stated as 'Unknown'"
    assert notes(report, "parent_unknown").keys() == {"Llama 3.1 405B"}
    assert notes(report, "unrecorded_parent")["dependencies"].startswith("309 edges name 240 parents")
    ids = set(tables["node"]["id"])
    assert set(tables["derivation"]["child"]) | set(tables["derivation"]["parent"]) <= ids
    assert set(tables["alias"]["node_id"]) <= ids


@pytest.mark.outside_data
def test_quirks_are_reported(imported):
    report, tables, _ = imported
    assert notes(report, "repeated_name").keys() == {"ChatGLM", "Imagen 3", "InternLM", "Dragonfly", "GPT-4o"}
    assert notes(report, "self_derivation").keys() == {"VIMA dataset"}
    (cycle,) = notes(report, "cycle").values()
    assert cycle.startswith("3 nodes")
    assert "Anthropic Human Feedback Interface" in cycle
    assert notes(report, "spelling")["ChatGLM"] == "access is written 'Open'; read as 'open'"
    assert notes(report, "misplaced_value").keys() == {"Claude 3.5 Sonnet"}
    together = tables["derivation"].filter(pl.col("child") == "model:Dragonfly~2")
    assert together["parent"].to_list() == ["model:LLaMA"]


@pytest.mark.outside_data
@pytest.mark.parametrize(
    ("field", "stated", "records"),
    [
        ("dataset.license", 56, 112),
        ("dataset.dependencies", 54, 112),
        ("dataset.created_date", 110, 112),
        ("dataset.datasheet", 39, 112),
        ("model.license", 247, 429),
        pytest.param("model.dependencies", 273 - 1, 429, id="one-states-only-Unknown"),
        ("model.size", 318, 429),
        ("model.training_emissions", 20, 429),
        ("model.training_hardware", 145, 429),
    ],
)
def test_missing_words_count_as_not_stated(imported, field, stated, records):
    assert notes(imported[0], "not_stated")[field].startswith(f"{stated} of {records} state it")


@pytest.mark.outside_data
def test_names_meet(imported):
    _, tables, _ = imported
    aliases = {(row["name"], row["node_id"]) for row in tables["alias"].iter_rows(named=True)}
    for spelling in ("CommonCrawl", "Common Crawl"):
        assert (spelling, "work:commoncrawl") in aliases
    assert {("LLaMa", "model:LLaMA"), ("LLaMA 2", "model:Llama 2"), ("OpenAI GPT-4", "model:GPT-4")} <= aliases
    assert ("uonlp/CulturaX", "work:culturax") in aliases
    derived = tables["derivation"].filter(pl.col("child") == "work:flan")
    assert "work:flandataset" in derived["parent"].to_list(), "a collection is not its own source"


@pytest.mark.outside_data
def test_joins_the_audit(imported):
    report, tables, _ = imported
    joined = tables["derivation"].filter(pl.col("kind") == "recorded_as")
    assert (joined["parent"].n_unique(), joined["child"].n_unique()) == (533, 10)  # C4 is tied to a derivative of it
    assert notes(report, "joined")["dpi_join.csv"].startswith("533 audited datasets are records of 10 works")


@pytest.mark.outside_data
def test_no_prose_is_kept(imported, raw_data):
    _, _, out = imported
    text = "".join(file.read_text(encoding="utf-8") for file in out.iterdir())
    with gzip.open(raw_data / "assets.jsonl.gz", "rt", encoding="utf-8") as stream:
        descriptions = [json.loads(line)["description"] for line in stream]
    long = [one for one in descriptions if isinstance(one, str) and len(one) > 40]
    assert len(long) > 500
    assert not any(one in text for one in long)


@pytest.mark.outside_data
def test_twice_gives_the_same_bytes(imported, raw_data, tmp_path):
    report, _, out = imported
    for _ in range(2):
        again = import_ecosystem_graphs(raw_data, tmp_path)
    assert again == report
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in out.iterdir()
    }


@pytest.mark.outside_data
def test_the_catalogue_takes_it(imported, tmp_path):
    build_catalogue(tmp_path, [*sorted(FACTS.iterdir()), imported[2]])
    with open_catalogue(tmp_path) as connection:
        kind, recorded = connection.execute(
            "SELECT kind, recorded FROM node WHERE snapshot = 'current' AND id = 'application:ChatGPT'"
        ).fetchall()[0]
        assert (kind in NODE_KINDS, recorded) == (True, True)
        source = connection.execute("SELECT licence, redistributable, origin FROM source WHERE id = 'ecosystem-graphs'")
        assert source.fetchall() == [(None, False, "import")]
        lost = "SELECT count(*) FROM derivation AS d ANTI JOIN node AS n ON n.snapshot = d.snapshot AND n.id = d.parent"
        assert connection.execute(lost).fetchall() == [(0,)]


def asset(name, kind="model", **fields):
    return {"name": name, "type": kind, "access": "open", "dependencies": [], "url": "none", **fields}


def write_assets(folder, *records, name="assets.jsonl.gz"):
    folder.mkdir(exist_ok=True)
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith("gz") else data)
    return folder


def test_upstream_layout(tmp_path):
    folder = tmp_path / "copy" / "assets"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(
        "- name: Corpus\n  type: dataset\n  created_date: 2023-11-02\n  dependencies: {value: [Web], explanation: x}\n"
        "- name: Big\n  type: model\n  dependencies: [Corpus]\n"
    )
    (folder / "empty.yaml").write_text("")
    report = import_ecosystem_graphs(folder.parent, tmp_path / "out")
    assert (report.read, report.kept) == (2, 2)
    edges = pl.read_csv(tmp_path / "out" / "derivation.csv")
    assert set(zip(edges["child"], edges["parent"], strict=True)) == {
        ("model:Big", "work:corpus"),
        ("work:corpus", "work:web"),
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("- name: [", "cannot be read", id="syntax"),
        pytest.param("name: x", "list of records", id="not-a-list"),
        pytest.param("- !!python/object/apply:os.system ['true']", "cannot be read", id="code"),
    ],
)
def test_bad_yaml(tmp_path, text, what):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(BadInput, match=what):
        import_ecosystem_graphs(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_fields_are_refused_one_by_one(tmp_path):
    copy = write_assets(
        tmp_path / "copy",
        asset("Kept"),
        {"type": "model"},
        asset("Odd", "paper"),
        asset("No list", dependencies=7),
        asset(3),
    )
    report = import_ecosystem_graphs(copy, tmp_path / "out")
    assert (report.read, report.kept) == (5, 1)
    assert [(one.subject, one.detail) for one in report.refused] == [
        ("assets.jsonl.gz, line 2", "lacks name"),
        ("assets.jsonl.gz, line 3", "type is none of dataset, model, application"),
        ("assets.jsonl.gz, line 4", "dependencies is no list"),
        ("assets.jsonl.gz, line 5", "lacks name"),
    ]


def test_hostile_names_and_loops(tmp_path):
    names = ["<script>alert(1)</script>", "=HYPERLINK('x')", "قائمة", "quo\"te's", "nul\x00name", "x" * 10_000]
    records = [asset(name, dependencies=names, url="javascript:alert(1)") for name in names]
    report = import_ecosystem_graphs(write_assets(tmp_path / "copy", *records), tmp_path / "out")
    nodes = pl.read_csv(tmp_path / "out" / "node.csv")
    assert set(nodes["label"]) == {name.replace("\x00", "") for name in names}
    assert "url" not in nodes.columns
    assert len(notes(report, "self_derivation")) == len(names)
    assert notes(report, "cycle")


def test_lists_beside_the_records(tmp_path):
    copy = write_assets(tmp_path / "copy", asset("A"), asset("D", "dataset"), name="assets.jsonl")
    (copy / "edges.csv").write_text(
        "parent,child,parent_type,child_type,parent_in_graph\nD,A,,,True\nX,Nobody,,,False\n"
    )
    (copy / "dpi_join.csv").write_text("dpi_file,dpi_uid,ecosystem_dataset,matched_on\nf,d-1,D,hf\nf,d-2,D,guess\n")
    report = import_ecosystem_graphs(copy, tmp_path / "out")
    assert notes(report, "edge_only_in_list").keys() == {"A"}
    assert [one.kind for one in report.refused] == ["unknown_child", "unknown_join"]
    assert report.kept == 2
    edges = pl.read_csv(tmp_path / "out" / "derivation.csv")
    assert set(zip(edges["child"], edges["parent"], strict=True)) == {("model:A", "work:d"), ("work:d", "d-1")}


def truncated(folder):
    write_assets(folder, *(asset(f"model {number} {hash((number, 3))}") for number in range(2_000)))
    data = (folder / "assets.jsonl.gz").read_bytes()
    (folder / "assets.jsonl.gz").write_bytes(data[: len(data) // 2])


def wrong_json(folder):
    (folder / "assets.jsonl").write_text('{"name": "a", "type": "model"}\n{"name":')


def no_good_record(folder):
    write_assets(folder, {"a": 1})


def wrong_columns(folder):
    write_assets(folder, asset("A"))
    (folder / "edges.csv").write_text("from,to\na,b\n")


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        pytest.param(truncated, "ends too early", id="truncated-gzip"),
        pytest.param(wrong_json, "not JSON", id="wrong-json"),
        pytest.param(no_good_record, "no record could be read", id="missing-fields"),
        pytest.param(wrong_columns, "column parent is missing", id="wrong-columns"),
        pytest.param(lambda folder: None, "no file of Ecosystem Graphs", id="empty-folder"),
    ],
)
def test_bad_input_leaves_the_facts_alone(tmp_path, harm, what):
    out = tmp_path / "out"
    import_ecosystem_graphs(write_assets(tmp_path / "good", asset("A")), out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    (tmp_path / "copy").mkdir()
    harm(tmp_path / "copy")
    with pytest.raises(BadInput, match=what):
        import_ecosystem_graphs(tmp_path / "copy", out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_no_such_path(tmp_path):
    with pytest.raises(BadInput, match="no file of Ecosystem Graphs"):
        import_ecosystem_graphs(tmp_path / "nowhere", tmp_path / "out")
