"""Benchmarks: what the importer keeps, what the selection gives, whose licence is not known, whose data is audited."""

from __future__ import annotations

import csv
import json

import polars as pl
import pytest

from governance.catalogue.connect import FACTS, PROJECT
from governance.catalogue.search import search
from governance.errors import BadInput, Conflict, NotFound
from governance.evaluation.benchmarks.frame import LISTS
from governance.evaluation.benchmarks.gaps import BYS, licence_gaps
from governance.evaluation.benchmarks.registry import benchmark_card, load_benchmarks, select_benchmarks
from governance.evaluation.benchmarks.selection import BENCHMARK_FACETS, BENCHMARK_SORTS, BenchmarkSelection
from governance.evaluation.imports.mteb_tasks import COLUMNS, import_mteb_tasks
from governance.exports.benchmark_tables import BENCHMARK_FORMATS, export_benchmarks, export_benchmarks_again

PUBLISHED = PROJECT.parent / "shared" / "data" / "raw" / "mteb"
ROW = {
    "name": "Tiny", "type": "STS", "category": "t2t", "modalities": "text",
    "languages": "swh-Latn|python-Code|ajp-Arab",
    "domains": "News|Written|News", "task_subtypes": "", "license": "cc-by-4.0", "annotations_creators": "LM-generated",
    "sample_creation": "machine-translated", "date": "2019-02-01|2020-12-31", "main_score": "ndcg_at_10",
    "dataset_path": "mteb/tiny", "dataset_revision": "abc", "reference": "https://arxiv.org/abs/2309.07445",
}  # fmt: skip


@pytest.fixture(scope="session")
def benchmarks(catalogue):
    return load_benchmarks(catalogue)


@pytest.fixture
def registry(tmp_path):
    """Give a function that writes a registry of a few rows and imports it."""

    def write(*rows, families=None, columns=COLUMNS):
        with (tmp_path / "task_metadata.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows([{**ROW, **row} for row in rows])
        named = {"swh": {"level0": "Atlantic-Congo"}} if families is None else families
        (tmp_path / "language_family.json").write_text(json.dumps(named))
        report = import_mteb_tasks(tmp_path, tmp_path / "facts")
        kept = pl.read_csv(tmp_path / "facts" / "benchmark.csv", infer_schema=False)
        many = pl.read_csv(tmp_path / "facts" / "benchmark_facet.csv", infer_schema=False)
        return report, kept.to_dicts(), {(row["facet"], row["value"]) for row in many.to_dicts()}

    return write


def select(benchmarks, query=""):
    return select_benchmarks(benchmarks, BenchmarkSelection.from_query(query))


def test_a_row_in_our_words(registry):
    report, (kept,), facets = registry({})
    assert (report.read, report.kept, report.refused) == (1, 1, ())
    assert kept["spdx"] == "CC-BY-4.0"
    assert kept["licence"] == "cc-by-4.0"
    assert (kept["annotation"], kept["translated"]) == ("model_generated", "translated")
    assert (kept["first_day"], kept["last_day"], kept["languages"]) == ("2019-02-01", "2020-12-31", "3")
    assert facets == {
        ("domain", "News"), ("domain", "Written"), ("language", "code"), ("language", "swh"),
        ("language_family", "Atlantic-Congo"), ("modality", "text"), ("script", "Latn"),
    }  # fmt: skip
    assert {note.kind for note in report.notes} == {"unmapped_language", "field_not_kept"}


def test_what_is_empty_stays_unknown(registry):
    empty = dict.fromkeys(ROW, "") | {"name": "Bare"}
    _, rows, _ = registry({}, empty)
    bare = next(row for row in rows if row["id"] == "Bare")
    assert {name for name, value in bare.items() if value is not None} == {"id", "name", "source_id"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param({"license": "my-own"}, "no_spdx", id="licence"),
        pytest.param({"annotations_creators": "magic"}, "unknown_word", id="annotation"),
        pytest.param({"sample_creation": "dreamt"}, "unknown_word", id="creation"),
        pytest.param({"date": "2021-01-01|2020-01-01"}, "no_such_date", id="dates-turned-round"),
        pytest.param({"date": "soon"}, "no_such_date", id="no-date"),
        pytest.param({"languages": "Swahili"}, "unmapped_language", id="no-tag"),
        pytest.param({"reference": "javascript:alert(1)"}, "no_link", id="no-link"),
    ],
)
def test_what_is_odd_is_kept_and_noted(registry, change, kind):
    report, (kept,), _ = registry(change)
    assert kind in {note.kind for note in report.notes}
    assert (kept.get("reference") or "https://").startswith("https://")


def test_a_name_twice_or_none_is_refused(registry):
    report, rows, _ = registry({}, {}, {"name": " "})
    assert len(rows) == report.kept == 1
    assert [one.kind for one in report.refused] == ["repeated_name", "no_name"]


@pytest.mark.parametrize("change", [{"columns": COLUMNS[1:]}, {"families": []}], ids=["no-name-column", "families"])
def test_a_file_that_is_none_is_refused(registry, change):
    with pytest.raises(BadInput):
        registry({}, **change)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published files are not here")
def test_the_shipped_facts_are_the_importers(tmp_path):
    import_mteb_tasks(PUBLISHED, tmp_path)
    for file in (FACTS / "mteb-tasks").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_the_registry_is_whole(benchmarks):
    frame = benchmarks.frame
    assert frame.height == 2067
    assert select(benchmarks, "has_results=yes").total == 1045
    assert set(frame["translated"].drop_nulls()) == {"native", "translated"}
    assert frame.filter(pl.col("licence_gap").is_not_null())["licence_use"].unique().to_list() == ["unspecified"]


def test_licence_gaps_are_those_counted_before(benchmarks):
    whole = licence_gaps(select(benchmarks)).overall
    assert (whole.n, whole.not_specified, whole.empty) == (2067, 534, 91)
    assert whole.share == pytest.approx(0.302, abs=5e-4)
    assert whole.low < whole.share < whole.high


@pytest.mark.parametrize("by", BYS)
def test_gaps_by_kind_agree_with_the_facets(benchmarks, by):
    found = licence_gaps(select(benchmarks), by)
    counted = {one.value: one.count for one in select(benchmarks).facets[by]}
    assert {one.value: one.n for one in found.rows} == counted
    first = found.rows[0]
    assert select(benchmarks, f"{by}={first.value}&licence_use=unspecified").total == first.not_specified + first.empty


def test_gaps_of_nothing_are_unknown(benchmarks):
    found = licence_gaps(select(benchmarks, "type=none"))
    assert (found.overall.share, found.overall.low, found.rows) == (None, None, ())
    with pytest.raises(BadInput, match="'colour' is not known"):
        licence_gaps(select(benchmarks), "colour")


@pytest.mark.parametrize("facet", BENCHMARK_FACETS, ids=lambda facet: facet.field)
def test_every_facet_narrows_to_what_it_says(benchmarks, facet):
    if facet.kind == "range":
        found = select(benchmarks, f"{facet.field}=2..2020")
        assert found.frame[facet.column].is_between(2, 2020).all()
        return
    one = next(one for one in select(benchmarks).facets[facet.field] if one.value)
    found = select_benchmarks(benchmarks, BenchmarkSelection.build(values={facet.field: (one.value,)}))
    assert found.total == one.count > 0
    column = found.frame[facet.field]
    assert (column.list.contains(one.value) if facet.field in LISTS else column == one.value).all()


@pytest.mark.parametrize("sort", BENCHMARK_SORTS)
def test_every_order_has_the_unknown_last(benchmarks, sort):
    column = select(benchmarks, f"sort=-{sort}").frame[sort]
    known = column.is_not_null()
    assert known.to_list() == sorted(known, reverse=True)


def test_ids_that_are_not_here_are_named(benchmarks):
    found = select(benchmarks, "id=AFQMC&id=nope")
    assert (found.total, found.missing_ids, found.task_ids) == (1, ("nope",), ("AFQMC",))
    assert select(benchmarks, "sort=name").task_ids is None


def test_a_card_sets_the_audit_beside_the_stated_licence(catalogue):
    card = benchmark_card(catalogue, "ToxicChatClassification")
    assert card.benchmark["licence_use"] == "commercial"
    (dataset,) = card.datasets
    assert (dataset.id, dataset.basis, set(dataset.uses)) == ("toxicchat", "hub_id", {"noncommercial"})
    assert len(card.results) == card.benchmark["models"] == 24
    scores = [one.score for one in card.results]
    assert scores == sorted(scores, reverse=True)
    page = benchmark_card(catalogue, "QASPER").datasets
    assert [(one.id, one.basis) for one in page] == [("fc-sni-qasper", "reference")]
    assert benchmark_card(catalogue, "AFQMC").datasets == ()


@pytest.mark.parametrize("key", ["AFQM", "", "'; DROP TABLE benchmark; --", "x" * 9000])
def test_an_unknown_card_is_said_to_be(catalogue, key):
    with pytest.raises(NotFound):
        benchmark_card(catalogue, key)


def test_the_home_search_finds_benchmarks(catalogue):
    hits = search(catalogue, "MassiveIntentClassification")
    assert (hits[0].kind, hits[0].id) == ("benchmark", "MassiveIntentClassification")
    assert "Classification" in hits[0].detail


def test_an_export_is_made_again_byte_for_byte(catalogue, benchmarks, tmp_path):
    result = select(benchmarks, "language=swh&sort=name")
    made = export_benchmarks(catalogue, result, BENCHMARK_FORMATS, tmp_path / "one")
    again = export_benchmarks_again(catalogue, tmp_path / "one" / "manifest.json", tmp_path / "two")
    assert made == again
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()
    rows = list(csv.DictReader((tmp_path / "one" / "benchmarks.csv").open(encoding="utf-8")))
    assert [row["id"] for row in rows] == result.frame["id"].to_list()
    cited = (tmp_path / "one" / "benchmarks.bib").read_text()
    assert cited.count("@misc{") == result.total
    assert "eprint = {2309.07445}" in cited
    credit = (tmp_path / "one" / "ATTRIBUTION.md").read_text()
    assert credit.count("\n### ") == result.total
    assert "Licence: Apache-2.0" in credit


def test_an_export_that_would_differ_is_refused(catalogue, benchmarks, tmp_path):
    export_benchmarks(catalogue, select(benchmarks, "q=toxic"), ["csv"], tmp_path)
    manifest = tmp_path / "manifest.json"
    changed = json.loads(manifest.read_text())
    changed["files"][0]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(changed))
    with pytest.raises(Conflict):
        export_benchmarks_again(catalogue, manifest, tmp_path / "again")
    manifest.write_text("{}")
    with pytest.raises(BadInput):
        export_benchmarks_again(catalogue, manifest, tmp_path / "again")
    with pytest.raises(NotFound):
        export_benchmarks_again(catalogue, tmp_path / "none.json", tmp_path / "again")
    with pytest.raises(BadInput, match="'docx' is not an export format"):
        export_benchmarks(catalogue, select(benchmarks), ["docx"], tmp_path)
