"""Papers, their card and Home: figures are the library's, the address gives the view, bad input stays a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from app.api import list_papers, show_paper
from app.components.frame import plain
from app.components.home_views import CARDS, JOURNEYS, KINDS, hit_target
from app.components.home_words import ledger_answer
from app.components.paper_card_views import paper_links, short_title
from app.components.paper_charts import timeline_chart, timeline_table
from app.components.paper_kind import COLUMNS, PAPER_PANEL, PAPER_TABLE, papers
from app.components.paper_words import claim_value, papers_answer, status_words
from app.components.record_table import ROWS
from app.navigation import PAGES, entry_of
from app.theme import DARK, LIGHT
from governance.catalogue.search import Hit, search
from governance.catalogue.selection import Selection
from governance.errors import NotFound
from governance.records.lists import save_list
from governance.records.since import since_last_change
from governance.research.claims import claims
from governance.research.ledger_state import LedgerState
from governance.research.paper_places import LABS, PLACES
from governance.research.paper_selection import PaperSelection
from governance.research.papers import paper_card, select_papers
from governance.research.replications.run import CACHE, replicate
from governance.research.vocabulary import STATUSES

BRANCHES = {LABS, "trace"}
"""Pages of this section that others bring."""


def library(query=""):
    return select_papers(papers(), PaperSelection.from_query(query))


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.warning, *app.caption]).replace("\\", "")


def table(app):
    return next(one.value for one in app.dataframe if "name" in one.value.columns)


def test_the_explorer_shows_what_the_library_gives(open_at):
    app = fine(open_at("papers"))
    assert app.markdown[0].value.startswith("**42 of 50 papers** state numbers to check · 226 claims, **118 with")
    shown = table(app)
    assert list(shown.columns) == ["name", *PAPER_TABLE.usual]
    assert shown["name"].to_list() == library().page(0, ROWS)["title"].to_list()
    fine(app.multiselect(key="columns").set_value([name for name in COLUMNS if name != "name"]).run())
    assert set(table(app).columns) == set(COLUMNS)
    assert table(app)["authors"].to_list()[0] == "Sayash Kapoor, Peter Kirgis, Andrew Schwartz et al."


@pytest.mark.parametrize("field", ["theme", "numeric", "affiliation"])
def test_a_choice_filters_and_is_in_the_url(open_at, field):
    app = open_at("papers")
    if field not in PAPER_PANEL.always:
        app.multiselect(key="p-more").set_value([field]).run()
    value = next(one.value for one in library().facets[field] if one.value)
    widget = app.button_group if field in PAPER_PANEL.pills else app.multiselect
    fine(widget(key=f"p-{field}").set_value([value]).run())
    found = select_papers(papers(), PaperSelection.build(values={field: (value,)}))
    assert f"of {found.total} papers**" in app.markdown[0].value
    assert app.query_params[field] in (value, [value])


def test_an_address_gives_the_view_and_a_wrong_one_a_message(open_at):
    app = fine(open_at("papers", theme="consent", sort="title", q="open"))
    assert table(app)["name"].to_list() == ["The Future of Open Human Feedback"]
    none = fine(open_at("papers", theme="consent", year="2019"))
    assert "No paper meets every filter" in said(none)
    slip = open_at("papers", theme="consnt")
    assert "No paper at all has Theme 'consnt'. The nearest: consent." in said(slip)
    assert "Drop the filter" in said(none)
    wrong = open_at("papers", colour="red")
    assert not wrong.exception
    assert "is not a filter" in wrong.error[0].value


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_timeline_holds_each_paper_in_each_of_its_themes(catalogue_home, colours):
    drawn = timeline_table(library())
    frame = library().frame
    assert drawn.height == frame["theme"].list.len().sum()
    assert drawn["id"].n_unique() == 50
    assert drawn["theme"].unique(maintain_order=True).to_list()[:2] == ["efficiency", "multilingual models"]
    spec = timeline_chart(drawn)(colours).to_dict()
    assert len(next(iter(spec["datasets"].values()))) == drawn.height


def test_a_card_has_claims_places_and_neighbours(open_at):
    app = fine(open_at("paper", id="leaderboard-illusion"))
    assert app.title[0].value.replace("\\", "") == "The Leaderboard Illusion"
    assert "Shivalika Singh, Yiyang Nan, Alex Wang et al., 2025 · **9 claims, 6 with a number**" in said(app)
    claims = app.table[0].value
    assert list(claims.columns) == ["Published", "Claim, in our words", "Here"]
    assert any("up to 112 %" in one for one in claims["Published"])
    assert any("Google, estimate" in one for one in claims["Claim, in our words"])
    assert "Not stated: affiliations, languages" in said(app)
    assert "Its arXiv id was not checked" in said(app)
    near = next(one for one in app.button if str(one.key).startswith("near-"))
    other = near.key.removeprefix("near-")
    fine(near.click().run())
    assert app.query_params["id"] in (other, [other])


def test_a_card_computes_what_waits_and_says_what_came_of_it(open_at):
    app = fine(open_at("paper", id="ai-biorisk"))
    assert "**1 of 4** checked against real data: 1 reproduced · 3 not attempted" in said(app)
    assert not any("to be computed" in one for one in app.table[0].value["Here"])


def test_a_card_lists_what_was_released_with_it(open_at, connection):
    app = fine(open_at("paper", id="aya-dataset"))
    heads = [one.value for one in app.header]
    assert "Released with it (3)" in heads
    shown = app.table[1].value
    assert list(shown.columns) == ["Released", "Size and languages", "Licence", "Where it was read"]
    first = shown.iloc[0]
    assert "https://huggingface.co/datasets/CohereForAI/aya_collection" in first["Released"]
    assert first["Size and languages"] == "513\u202f579\u202f625 rows  \n115 languages"
    assert first["Licence"] == plain("apache-2.0")
    assert "2026-11-27" in first["Where it was read"]
    assert "no measurement" in said(app)
    assert "Aya Collection** (115): Acehnese" in said(app)
    unread = fine(open_at("paper", id="tiny-aya")).table[1].value
    assert any(":gray[not read]" in one for one in unread["Licence"])
    assert any("3.35 billion parameters" in one for one in unread["Size and languages"])
    bare = fine(open_at("paper", id="elo-uncovered"))
    assert not any("Released" in one.value for one in bare.header)


def test_an_arxiv_link_only_where_it_was_checked(connection):
    assert "https://arxiv.org/abs/2405.15032" in paper_links(paper_card(connection, "aya-23")).values()
    assert not any("arxiv" in link for link in paper_links(paper_card(connection, "elo-uncovered")).values())


def test_no_paper_or_an_unknown_one(open_at):
    start = fine(open_at("paper"))
    assert "Choose a paper" in said(start)
    found = fine(start.text_input(key="find").set_value("goldilocks").run())
    assert any(one.key == "found-goldilocks-implicature" for one in found.button)
    lost = open_at("paper", id="elo-covered")
    assert not lost.exception
    assert "Did you mean elo-uncovered?" in lost.error[0].value.replace("\\", "")
    assert any(str(one.key).startswith("start-") for one in lost.button)


def test_every_place_is_a_page():
    named = {place.page for places in PLACES.values() for place in places}
    assert {page for page in named if entry_of(page) is None} <= BRANCHES


def test_words_for_what_waits_and_for_long_titles():
    assert status_words(None) == ":gray-badge[to be computed]"
    assert {status_words(status) for status in STATUSES} >= {":green-badge[reproduced]"}
    assert short_title("The Leaderboard Illusion") == "The Leaderboard Illusion"


def test_every_published_number_can_be_written(connection):
    for key in papers().frame["id"]:
        for one in paper_card(connection, key).claims:
            assert bool(claim_value(one)) == (one.kind == "numeric")
    assert papers_answer(library("q=zzqq")) == "**No paper** meets every filter"


def asked(path, **params):
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "path_params": params, "query_string": b""}
    return Request(scope)


def test_the_api_lists_and_shows(own_home):
    listed = json.loads(list_papers(asked("/api/papers")).body)
    assert listed["total"] == 50
    card = json.loads(show_paper(asked("/api/papers/aya-23", paper_id="aya-23")).body)
    assert card["paper"]["arxiv_id"] == "2405.15032"
    assert [len(one["languages"]) for one in card["releases"]] == [23, 23]
    with pytest.raises(NotFound):
        show_paper(asked("/api/papers/none", paper_id="none"))


def test_home_opens_with_the_ledger_and_five_journeys(open_at):
    app = fine(open_at("home"))
    assert app.title[0].value == "What do you want to know about AI?"
    assert "published numbers" in app.markdown[0].value
    assert "What changed: newest facts of 20" in said(app)
    assert "nothing of yours is saved yet" in said(app)
    assert "datasets** that their Hugging Face tag" in said(app)
    assert len(JOURNEYS) == 5
    assert all(
        any(entry.url_path == page for entry in PAGES)
        for *_, pages in JOURNEYS
        for page in pages
        if page not in BRANCHES
    )


def test_home_says_what_changed_since_one_saved(open_at, bench):
    assert since_last_change(bench).at is None
    save_list(bench, "Kept", Selection(), ["no-such-dataset"], "0" * 12, datetime(2026, 1, 2, tzinfo=UTC))
    app = fine(open_at("home"))
    assert "What changed since you last saved, 2026-01-02: " in said(app)
    assert "**1 of 1 list** give something else" in said(app)
    assert "no system due for review" in said(app)
    other = bench.acting(bench.actor.model_copy(update={"email": "bo", "role": "admin"}))
    save_list(other, "Theirs", Selection(), ["no-such-dataset"], "0" * 12, datetime(2026, 1, 3, tzinfo=UTC))
    assert "1 change by others" in said(fine(open_at("home")))
    assert (since_last_change(other).others, since_last_change(bench).others) == (0, 1)


def test_home_says_which_claims_came_out_otherwise_under_other_data(open_at, own_home, connection):
    replicate(connection, [one for one in claims(connection) if one.id == "mmteb/tasks"], folder=own_home)
    kept = json.loads((own_home / CACHE).read_text())
    kept["mmteb/tasks"]["earlier"] = {**kept["mmteb/tasks"]["row"], "computed": 900.0, "data_version": "before"}
    (own_home / CACHE).write_text(json.dumps(kept))
    assert "**1 claim** computed otherwise than before the data changed" in said(fine(open_at("home")))


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("The Leaderboard Illusion", "Paper · "), ("leaderboard-illusion/google_share", "Claim · "),
        ("eu-aiact-51-2", "Threshold · "), ("ToxicChatClassification", "Benchmark · "),
        ("llmfao", "Evaluation data · "), ("nytimes.com", "Web domain"),
        ("alpaca", "Dataset · "), ("gpt-4", "Model · "),
    ],
)  # fmt: skip
def test_home_finds_all_kinds(open_at, words, label):
    assert any(one.value.startswith(label) for one in fine(open_at("home", q=words)).caption)


def test_every_kind_found_has_a_name_and_a_page(connection):
    kinds = {"domain", *(kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM search_entry").fetchall())}
    assert kinds - {"application"} <= set(KINDS)
    for kind in kinds:
        page, query = hit_target(Hit(kind=kind, id="a/b", name="A", detail="", score=1.0))
        assert entry_of(page) is not None
        assert query
    assert set(CARDS) <= set(KINDS)
    assert search(connection, "aya dataset")
    released = next(hit for hit in search(connection, "Tiny Aya Earth") if hit.kind == "release")
    assert hit_target(released) == ("paper", {"id": "tiny-aya"})


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LedgerState(papers=0, claims=0, numbers=0, computable=0, waiting=0, statuses={}), "**No paper** is in"),
        (LedgerState(papers=2, claims=9, numbers=5, computable=3, waiting=1, statuses={}), "here, 2 of them were;"),
        (LedgerState(papers=2, claims=9, numbers=5, computable=2, waiting=0,
                     statuses={"reproduced": 1, "differs": 1, "data_not_public": 3}),
         "Of **5 published numbers** of 2 papers: **1 reproduced**, 1 differs, 3 data not public"),
    ],
)  # fmt: skip
def test_the_ledgers_line(state, words):
    assert words in ledger_answer(state)
