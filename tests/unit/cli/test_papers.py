"""The verbs of papers say what the library says, as one JSON document, as CSV, as BibTeX, and for people."""

from __future__ import annotations

import csv
import io
import json

import bibtexparser
import pytest

from governance.research.paper_selection import PAPER_FACETS, PaperSelection
from governance.research.papers import load_papers, paper_card, select_papers


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_papers_that_meet_the_filters(touchstone, catalogue):
    result = select_papers(load_papers(catalogue), PaperSelection.from_query("theme=consent"))
    answer = touchstone("papers", "--theme", "consent", "--facets", "--json").json
    assert (answer["total"], [row["id"] for row in answer["rows"]]) == (result.total, result.frame["id"].to_list())
    assert PaperSelection.build(**answer["selection"]).to_query() == "theme=consent"
    assert {facet.field for facet in PAPER_FACETS if facet.kind != "range"} == set(answer["facets"])
    assert [row["id"] for row in rows(touchstone("papers", "--theme", "consent", "--csv"))] == [
        row["id"] for row in answer["rows"]
    ]
    assert "1 of 3 shown" in touchstone("papers", "--theme", "consent", "--limit", "1").text
    library = bibtexparser.parse_string(touchstone("papers", "--format", "bibtex").text)
    assert (len(library.entries), library.failed_blocks) == (50, [])


def test_one_paper(touchstone, catalogue):
    said = touchstone("paper", "show", "consent-in-crisis", "--json").json
    assert said == json.loads(paper_card(catalogue, "consent-in-crisis").model_dump_json())
    assert "Shayne Longpre" in touchstone("paper", "show", "consent-in-crisis").text


def test_an_export_and_the_same_again(touchstone, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    formats = ("--format", "csv", "--format", "bibtex")
    made = touchstone("papers", "export", "--theme", "consent", *formats, "--out", str(one), "--json").json
    touchstone("papers", "export", "--from", str(one / "manifest.json"), "--out", str(two))
    assert [file["name"] for file in made["files"]] == ["papers.csv", "papers.bib"]
    assert all((one / file.name).read_bytes() == file.read_bytes() for file in two.iterdir())


def test_papers_are_read_from_a_file(touchstone, tmp_path):
    paper = {
        "id": "one", "title": "One", "first_authors": ["Ann Ng"], "et_al": False, "affiliations": [], "date": None,
        "arxiv_category": None, "arxiv_id": "1234.5678", "arxiv_id_confidence": "recalled", "code_available": None,
        "themes": [], "languages_count": None, "modality": "unspecified", "links": [], "summary": "S",
        "workbench_use": "U",
        "claims": [{"id": "one/a", "qualitative": False, "quantity": "gain", "value": 2, "unit": "x",
                    "comparator": "up_to", "context": None}],
    }  # fmt: skip
    (tmp_path / "papers.json").write_text(json.dumps([paper]))
    report = touchstone("import", "papers", str(tmp_path), "--out", str(tmp_path / "facts"), "--json").json
    assert (report["kept"], report["refused"]) == (2, [])
    kept = json.loads((tmp_path / "facts" / "paper.jsonl").read_text())
    assert "use" not in kept  # a plan; what can be done here is kept by hand
    assert not {"arxiv_id", "year", "code", "modality"} & {name for name, value in kept.items() if value is not None}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("papers", "--format", "docx"), "'docx' is not known"),
        (("papers", "--year", "soon"), "'soon' is not a range"),
        (("papers", "--sort", "colour"), "'colour' is not an order"),
        (("papers", "export", "--format", "docx"), "'docx' is not an export format"),
        (("papers", "export", "--from", "/nowhere/manifest.json"), "there is no such manifest"),
        (("paper", "show", "elo-covered"), "did you mean elo-uncovered"),
        (("import", "papers", "/nowhere"), "the file cannot be read"),
    ],
)
def test_bad_input_is_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_shown_paper_has_readable_claims_each_with_a_status(touchstone):
    text = touchstone("paper", "show", "ai-biorisk").text
    line = next(one for one in text.splitlines() if "ai-biorisk/threat_models" in one)
    assert [cell.strip() for cell in line.split("│")][1:6] == ["= 2", "count", "2", "count", "reproduced"]
    assert all(one["status"] for one in touchstone("paper", "show", "ai-biorisk", "--json").json["claims"])
