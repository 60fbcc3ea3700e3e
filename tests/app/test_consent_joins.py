"""A site's card, terms and human feedback as pages, and the sources of a dataset on its card."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import duckdb
import pytest

from app.components.source_views import sources_words
from governance.catalogue.connect import CATALOGUE_NAME
from governance.catalogue.site_consent import SiteState, SourcesConsent, TermsRead
from governance.consent.feedback import pool_state, save_pool
from governance.consent.feedback_votes import add_votes
from governance.consent.terms_records import own_terms, read_terms, save_terms
from tests.unit.consent.small_web import MAY, SIGNAL

LEVELS = {"nytimes.com": "none", "forbes.com": "full"}
NOW = datetime(2026, 1, 2, tzinfo=UTC)
TERMS = """domain,page,ai_scraping,licence,compete,reviewer,observed,evidence
nytimes.com,https://nytimes.com/terms,1,1,,R. Doe,2026-01-02,section 4
forbes.com,,5,2,,R. Doe,2026-01-02,section 2
"""
VOTES = "contributor,model_a,model_b,outcome,language\nada,m1,m2,a,swh\nbob,m1,m3,tie,eng\n"


def words(app):
    """Give all text of the page."""
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.info, *app.success, *app.error, *app.title])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param({}, "Write the name of a site", id="none"),
        pytest.param({"name": "https://www.nytimes.com/a"}, r"What nytimes.com allows was not read here", id="known"),
        pytest.param({"name": "nytime.com"}, "Did you mean nytimes", id="near"),
        pytest.param({"name": "<b>"}, "Nothing is known of that site", id="no-host"),
    ],
)
def test_domain(open_at, query, said):
    app = open_at("domain", **query)
    assert not app.exception
    assert said in words(app).replace("\\", "")


def test_what_was_read_in_the_terms_of_a_site(open_at, bench):
    save_terms(bench, read_terms(TERMS).pages, NOW)
    app = open_at("domain", name="forbes.com")
    assert "A conditional licence is lost by the published rule" in words(app)
    assert [one.value for one in app.header][:2] == ["What its signals say", "What you read in its terms"]


@pytest.fixture
def levels_here(own_home):
    """Give the catalogue two levels of robots.txt, under a version of its own."""
    file = own_home / CATALOGUE_NAME
    shipped = file.resolve()
    file.unlink()
    shutil.copy(shipped, file)
    with duckdb.connect(file) as connection:
        connection.executemany(SIGNAL, [(name, MAY, "robots", "GPTBot", level) for name, level in LEVELS.items()])
        connection.execute("UPDATE catalogue_version SET version = 'with-levels'")


def test_which_sites_contradict_themselves(levels_here, open_at, bench):
    app = open_at("consent", show="conflicts")
    assert "Of 2 sites one kind of statement alone is here" in words(app)
    save_terms(bench, read_terms(TERMS).pages, NOW)
    app = open_at("consent", show="conflicts")
    assert "**2 of 2 sites** with more than one statement do not agree" in words(app)
    rows = app.dataframe[-1].value
    assert rows[["domain", "first", "second", "agents"]].values.tolist() == [
        ["nytimes.com", "robots.txt: crawling open", "Terms (No Scraping & AI): crawling closed", "GPTBot"],
        ["nytimes.com", "robots.txt: crawling open", "Terms (No Scraping & AI): any use for AI closed", "GPTBot"],
        ["forbes.com", "Terms (Unrestricted Use): crawling open", "robots.txt: crawling closed", "GPTBot"],
        ["forbes.com", "Terms (Unrestricted Use): any use for AI open", "robots.txt: crawling closed", "GPTBot"],
    ]
    assert rows["tokens"].gt(6e7).all()
    assert {one.label for one in app.get("download_button")} >= {"CSV"}
    app.radio(key="way").set_value("shut_door").run()
    assert app.dataframe[-1].value["domain"].tolist() == ["forbes.com"]
    app.radio(key="way").set_value("differs").run()
    assert "None under *One forbids more than the other*" in words(app)


def test_no_site_is_compared_where_nothing_is_read(open_at):
    app = open_at("consent", show="conflicts")
    assert "No statement of a single site is here" in app.info[0].value
    assert "touchstone import robots" in app.info[0].value


def test_terms_of_collections(open_at):
    app = open_at("terms")
    assert "**92 of 259 collections**" in words(app)
    assert "quoted, not reproducible" in words(app)


def test_own_reading_of_terms(open_at, bench):
    app = open_at("terms", view="corpus")
    assert "Nobody's reading of terms is here" in words(app)
    app.file_uploader(key="terms-file").set_value(("terms.csv", TERMS.encode(), "text/csv")).run()
    assert "of the head of C4** lies on sites" in words(app)
    app.button(key="terms-keep").click().run()
    assert {one.domain for one in own_terms(bench)} == {"nytimes.com", "forbes.com"}
    app.file_uploader(key="terms-file").set_value(("terms.csv", b"\xff\xfe", "text/csv")).run()
    assert "not UTF-8" in words(app)


def test_somebody_leaves(open_at, bench):
    pool = save_pool(bench, {"title": "Ours", "terms": "https://example.org", "leave": "yes"}, NOW).id
    add_votes(bench, pool, VOTES, NOW)
    assert "**2 votes in 1 pool**" in words(open_at("feedback"))
    app = open_at("feedback", pool=pool)
    assert "**2 votes of 2 people**" in words(app)
    app.selectbox(key=f"leaver-{pool}").select("ada").run()
    app.button(key="leave-go").click().run()
    assert not app.exception
    assert "**1 of 2** are left, of 1 person; no vote is left on m2; none in Swahili" in words(app)
    assert pool_state(bench, pool).coverage.votes == 1


def test_who_may_not_leave_stays(open_at, bench):
    pool = save_pool(bench, {"title": "Closed", "terms": "on paper", "leave": "no"}, NOW).id
    add_votes(bench, pool, VOTES, NOW)
    app = open_at("feedback", pool=pool)
    app.selectbox(key=f"leaver-{pool}").select("ada").run()
    app.button(key="leave-go").click().run()
    assert "let nobody leave" in words(app)
    assert pool_state(bench, pool).coverage.votes == 2


POOL = {"title": "Ours", "terms": "on paper", "leave": "yes"}


def fill(app, pool, revision, **values):
    """Write into the form that was drawn for a revision, and save."""
    for name, value in values.items():
        kind = {"leave": app.selectbox, "terms": app.text_area}.get(name, app.text_input)
        kind(key=f"pool-{pool}-{revision}-{name}").set_value(value)
    return next(one for one in app.button if one.label == "Save").click().run()


def test_a_pool_is_edited(open_at, bench):
    pool = save_pool(bench, POOL, NOW).id
    app = fill(open_at("feedback", pool=pool), pool, 1, title="Votes of 2026", leave="no", contact="ana@example.org")
    assert not app.exception
    kept = pool_state(bench, pool)
    assert (kept.revision, kept.pool.title, kept.pool.leave, kept.pool.terms) == (2, "Votes of 2026", "no", "on paper")
    assert "who can leave **not at all**" in words(app)
    app = fill(app, pool, 2, title=" ")
    assert "The title has 0 characters" in app.error[0].value
    app = fill(app, pool, 2, title="Votes", licence="CC-BY-4.0")
    assert pool_state(bench, pool).pool.licence == "CC-BY-4.0"


@pytest.mark.parametrize(("chosen", "left"), [("keep-mine", "Mine"), ("take-stored", "Theirs")])
def test_two_people_edit_a_pool(open_at, bench, chosen, left):
    pool = save_pool(bench, POOL, NOW).id
    app = open_at("feedback", pool=pool)
    save_pool(bench, {**POOL, "title": "Theirs"}, NOW, pool, 1)
    app = fill(app, pool, 1, title="Mine")
    assert "This pool was changed elsewhere" in words(app)
    assert "Name: **Mine**" in words(app)
    assert "Stored, revision 2" in words(app)
    assert pool_state(bench, pool).pool.title == "Theirs"
    app.button(key=chosen).click().run()
    assert pool_state(bench, pool).pool.title == left
    assert "This pool was changed elsewhere" not in words(app)


def test_no_pool(open_at):
    assert "No pool yet" in words(open_at("feedback"))
    assert "There is no such pool here" in words(open_at("feedback", pool="<none>"))


@pytest.mark.parametrize(
    ("node", "said"),
    [
        pytest.param(
            "baize-alpaca-chat",
            "no robots.txt of theirs was read here. Terms: 7 statements read, 1 prohibition",
            id="dataset",
        ),
        pytest.param("source:wikipedia.org", None, id="no-dataset"),
    ],
)
def test_the_sources_behind_a_lineage(open_at, node, said):
    app = open_at("lineage", id=node)
    assert not app.exception
    line = [one.value.replace("\\", "") for one in app.markdown if one.value.startswith("**Sources:**")]
    assert len(line) == (said is not None)
    assert said is None or said in line[0]
    assert [one.label for one in app.expander] == ["Web sites and terms behind it"] * len(line)


def test_the_closed_sources_are_named():
    sites = [SiteState(domain=f"s{at}.example", basis="host", through="a", restriction="full", observed=NOW.date(),
                       developers=6) for at in range(5)]  # fmt: skip
    terms = (TermsRead(collection="C", through="a", question="ai", verdict="prohibited", about=None, source="s"),)
    said = sources_words(SourcesConsent(sites=tuple(sites), known=5, full=5, share=1.0, terms=terms)).replace("\\", "")
    assert (
        "Fully restricted: s0.example, s1.example, s2.example and 2 more. Terms: 1 statement read, 1 prohibition"
        in said
    )


def test_the_sources_on_a_datasets_card(open_at):
    app = open_at("dataset", id="baize-alpaca-chat")
    assert "What its sources allow now" in [one.value for one in app.header]
    assert "5 web sites are stated as sources; no robots" in words(app)
