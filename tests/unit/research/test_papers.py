"""Papers: what the selection gives, a card with its claims, files that read back, and bad input."""

from __future__ import annotations

import csv
import io
import json

import bibtexparser
import pytest

from app.navigation import available_pages
from governance.catalogue.connect import FACTS, PROJECT
from governance.catalogue.search import search
from governance.errors import BadInput, Conflict, NotFound
from governance.exports.paper_tables import (
    PAPER_FORMATS,
    export_papers,
    export_papers_again,
    paper_bibtex,
    paper_link,
    render_papers,
)
from governance.exports.tables import csv_of
from governance.research.import_papers import import_papers
from governance.research.labs.registry import LABS
from governance.research.ledger_state import ledger_state
from governance.research.paper_places import PLACES
from governance.research.paper_selection import PAPER_FACETS, PAPER_SORTS, PaperSelection
from governance.research.papers import author_words, load_papers, paper_card, select_papers

STORED = [json.loads(line) for line in (FACTS / "touchstone-papers" / "paper.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def papers(catalogue):
    return load_papers(catalogue)


@pytest.mark.parametrize("paper_id", sorted(row["id"] for row in STORED))
def test_what_one_can_do_here_names_places_that_are_there(catalogue, paper_id):
    """ "Page: what. Lab name: what.", each linked from the card."""
    card = paper_card(catalogue, paper_id)
    titles = {entry.title: entry.url_path for entry in available_pages()}
    linked = {f"Lab {place.query['lab']}" if "lab" in place.query else place.page for place in card.places}
    parts = str(card.paper["use"]).removesuffix(".").split(". ")
    for name, what in (part.split(": ", 1) for part in parts):
        assert what
        if name.startswith("Lab "):
            assert name.removeprefix("Lab ") in LABS
            assert name in linked
        else:
            assert titles[name] in linked


def test_the_shipped_facts_are_what_the_import_writes(tmp_path):
    published = PROJECT.parent / "shared" / "data"
    if not (published / "papers.json").is_file():
        pytest.skip("the list of papers is not here")
    import_papers(published, tmp_path / "touchstone-papers")
    for file in (FACTS / "touchstone-papers").iterdir():
        assert (tmp_path / "touchstone-papers" / file.name).read_bytes() == file.read_bytes()


def select(papers, query=""):
    return select_papers(papers, PaperSelection.from_query(query))


def test_all_papers_and_claims_are_there(papers):
    frame = papers.frame
    assert (frame.height, frame["claims"].sum(), frame["numbers"].sum()) == (50, 226, 118)
    assert {row["id"]: row["arxiv_id"] for row in STORED} == dict(frame.select("id", "arxiv_id").rows())
    assert frame["arxiv_id"].drop_nulls().len() == 13  # those that were checked


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        pytest.param("theme=consent", lambda row: "consent" in row["themes"], id="theme"),
        pytest.param("year=2019..2021", lambda row: row["year"] <= 2021, id="year"),
        pytest.param("modality=unknown", lambda row: row["modality"] is None, id="modality-unknown"),
        pytest.param("affiliation=mila", lambda row: "mila" in row["affiliations"], id="affiliation"),
        pytest.param("category=cs.CY", lambda row: row["category"] == "cs.CY", id="category"),
        pytest.param("code=yes", lambda row: row["code"] is True, id="code"),
        pytest.param("languages=50..", lambda row: (row["languages"] or 0) >= 50, id="languages"),
        pytest.param("q=hooker", lambda row: "Sara Hooker" in row["authors"], id="author"),
        pytest.param("q=robots.txt", lambda row: "robots.txt" in row["summary"], id="summary"),
        pytest.param("theme=fairness&theme=consent&code=yes",
                     lambda row: {"fairness", "consent"} & set(row["themes"]) and row["code"], id="any-of-two-and"),
    ],
)  # fmt: skip
def test_a_filter_gives_the_stored_papers(papers, query, keep):
    assert set(select(papers, query).frame["id"]) == {row["id"] for row in STORED if keep(row)} != set()


def test_claims_narrow_too(papers):
    rows = list(csv.DictReader((FACTS / "touchstone-papers" / "claim.csv").open(encoding="utf-8")))
    numeric = {row["paper_id"] for row in rows if row["kind"] == "numeric"}
    points = {row["paper_id"] for row in rows if row["unit"] == "points"}
    assert set(select(papers, "numeric=yes").frame["id"]) == numeric
    assert set(select(papers, "claim_unit=points").frame["id"]) == points
    many = [row["paper_id"] for row in rows]
    assert set(select(papers, "claims=7..").frame["id"]) == {one for one in many if many.count(one) >= 7}


def test_counts_ignore_their_own_choice(papers):
    open_, chosen = select(papers), select(papers, "theme=consent")
    assert chosen.facets["theme"] == open_.facets["theme"]
    assert {one.value: one.count for one in chosen.facets["code"]} == {"yes": 2, "not_said": 1}
    assert chosen.relax == {"theme": 47}


@pytest.mark.parametrize("sort", PAPER_SORTS)
def test_every_order_holds_all_papers_and_puts_unknown_last(papers, sort):
    for sign in ("", "-"):
        found = select(papers, f"sort={sign}{sort}").frame[sort].to_list()
        known = [one.lower() if isinstance(one, str) else one for one in found if one is not None]
        assert len(found) == 50
        assert found[len(known) :] == [None] * (50 - len(known))
        assert known == sorted(known, reverse=sign == "-")


def test_the_query_writes_back_what_it_reads():
    query = "q=aya&theme=provenance&year=2023..&sort=title"
    assert PaperSelection.from_query(query).to_query() == query
    assert len({facet.field for facet in PAPER_FACETS}) == len(PAPER_FACETS) == 10
    with pytest.raises(BadInput, match="not a filter"):
        PaperSelection.from_query("colour=red")


def test_a_card(catalogue):
    card = paper_card(catalogue, "leaderboard-illusion")
    assert author_words(card.paper["authors"], card.paper["et_al"]) == "Shivalika Singh, Yiyang Nan, Alex Wang et al."
    published = {one.id.partition("/")[2]: (one.published, one.unit, one.comparator) for one in card.claims}
    assert published["google_share"] == (19.2, "%", "~")
    assert published["data_gain"] == (112.0, "%", "up_to")
    assert published["best_of_n"] == (None, None, None)
    assert [one.kind for one in card.claims] == ["numeric"] * 6 + ["qualitative"] * 3
    assert card.related
    assert all(set(one.themes) & set(card.paper["theme"]) for one in card.related)
    assert card.paper["id"] not in {one.id for one in card.related}
    shared = [len(one.themes) for one in card.related]
    assert shared == sorted(shared, reverse=True)


def test_every_paper_has_a_card_with_a_place_to_check_it(catalogue, papers):
    cards = [paper_card(catalogue, key) for key in papers.frame["id"]]
    assert {card.paper["id"] for card in cards if not card.places} == set()
    assert set(PLACES) <= set(papers.frame["id"])
    assert sum(len(card.claims) for card in cards) == 226


def test_an_unknown_paper_names_the_nearest(catalogue):
    with pytest.raises(NotFound, match="no paper 'elo-covered'") as error:
        paper_card(catalogue, "elo-covered")
    assert "elo-uncovered" in error.value.fix


def test_bibtex_reads_back(papers):
    library = bibtexparser.parse_string(paper_bibtex(papers.frame).decode())
    assert not library.failed_blocks
    entries = {entry.key: entry for entry in library.entries}
    assert set(entries) == set(papers.frame["id"])
    for row in papers.frame.iter_rows(named=True):
        entry = entries[row["id"]]
        assert entry["title"].strip("{}") == row["title"].replace("&", r"\&")
        names = entry["author"].split(" and ")
        assert (names[-1] == "others") == row["et_al"]
        assert [name.strip("{}") for name in names if name != "others"] == row["authors"]
        assert ("eprint" in entry.fields_dict) == (row["arxiv_id"] is not None)
        assert entry["year"] == str(row["year"])
    assert entries["command-a"]["author"].startswith("{Team Cohere} and ")
    assert entries["data-provenance-initiative"]["url"] == "https://www.dataprovenance.org"


def test_hostile_words_stay_fields(papers):
    hostile = papers.frame.head(1).with_columns(title=papers.frame.select("title").head(1)["title"] + " } @x{y, %")
    library = bibtexparser.parse_string(paper_bibtex(hostile).decode())
    assert (len(library.entries), library.failed_blocks) == (1, [])
    assert paper_link("javascript:alert(1)") == ""


def test_csv_holds_what_the_frame_holds(papers):
    rows = list(csv.DictReader(io.StringIO(csv_of(select(papers, "theme=consent").frame).decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["open-human-feedback", "consent-in-crisis", "data-provenance-initiative"]


def test_an_export_makes_itself_again(catalogue, papers, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    made = export_papers(catalogue, select(papers, "theme=consent&sort=title"), PAPER_FORMATS, one)
    again = export_papers_again(catalogue, one / "manifest.json", two)
    assert made == again
    assert {file.name for file in one.iterdir()} == {file.name for file in two.iterdir()}
    assert all((one / file.name).read_bytes() == file.read_bytes() for file in two.iterdir())
    stale = json.loads((one / "manifest.json").read_text())
    stale["files"][0]["sha256"] = "0" * 64
    (one / "manifest.json").write_text(json.dumps(stale))
    with pytest.raises(Conflict, match="would not come out as they were"):
        export_papers_again(catalogue, one / "manifest.json", two)
    export_papers_again(catalogue, one / "manifest.json", two, allow_other_version=True)


@pytest.mark.parametrize("text", ["{}", "no json", '{"kind": "touchstone-export"}'], ids=["empty", "text", "other"])
def test_what_is_no_manifest_is_refused(catalogue, tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(BadInput):
        export_papers_again(catalogue, tmp_path / "manifest.json", tmp_path)
    with pytest.raises(NotFound):
        export_papers_again(catalogue, tmp_path / "none.json", tmp_path)


def test_an_unknown_format_is_refused(catalogue, papers):
    for formats in (["docx"], []):
        with pytest.raises(BadInput):
            render_papers(catalogue, select(papers), formats)


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ("The Leaderboard Illusion", "paper", "leaderboard-illusion"),
        ("2405.15032", "paper", "aya-23"),
        ("leaderboard-illusion/google_share", "claim", "leaderboard-illusion/google_share"),
        ("llmfao", "evaluation_set", "llmfao"),
        ("eu-aiact-51-2", "threshold", "eu-aiact-51-2"),
    ],
)
def test_search_finds_them(catalogue, words, kind, key):
    first = search(catalogue, words)[0]
    assert (first.kind, first.id) == (kind, key)


def test_the_ledger_at_a_glance_computes_nothing(catalogue, tmp_path):
    found = ledger_state(catalogue, tmp_path)
    assert (found.papers, found.claims, found.numbers) == (50, 226, 118)
    assert found.waiting == found.computable > 0
    assert sum(found.statuses.values()) == found.numbers - found.waiting
    assert list(tmp_path.iterdir()) == []
