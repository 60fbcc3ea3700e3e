"""What papers released: counts as the cards' own lists give them, every code known, every page named."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pycountry
import pytest

from governance.catalogue.normalise.tables import read_table
from governance.catalogue.search import search
from governance.research.claims import claims
from governance.research.papers import paper_card
from governance.research.releases import paper_releases
from governance.research.replications.registry import registered, replicate_one
from governance.research.replications.releases import ABSENT, COUNTED, LISTED, RELEASES, ROWS, SIZES, STATED
from governance.research.trace import trace
from governance.research.trace_vocabulary import page_of

FACTS = Path(__file__).parents[3] / "data" / "facts" / RELEASES
AYA_23 = (
    "Arabic, Chinese (simplified & traditional), Czech, Dutch, English, French, German, Greek, Hebrew, Hindi, "
    "Indonesian, Italian, Japanese, Korean, Persian, Polish, Portuguese, Romanian, Russian, Spanish, Turkish, "
    "Ukrainian, Vietnamese"
)
"""The enumeration on the card of Aya 23, which names 23."""
AYA_101 = (
    "afr amh ara aze bel ben bul cat ceb ces cym dan deu ell eng epo est eus fin fil fra fry gla gle glg guj hat hau "
    "heb hin hun hye ibo ind isl ita jav jpn kan kat kaz khm kir kor kur lao lav lat lit ltz mal mar mkd mlg mlt mon "
    "mri msa mya nep nld nor nso nya ory pan pes pol por pus ron rus sin slk slv smo sna snd som sot spa sqi srp sun "
    "swa swe tam tel tgk tha tur twi ukr urd uzb vie xho yid yor zho zul"
)
TINY_AYA = (
    "en nl fr it pt ro es cs pl uk ru el de da sv no ca gl cy ga eu hr lv lt sk sl et fi hu sr bg ar fa ur tr mt he hi "
    "mr bn gu pa ta te ne tl ms id vi jv km th lo zh my ja ko am ha ig mg sn sw wo xh yo zu"
)
COUNTS = {
    "aya-101": 101, "aya-23-8b": 23, "aya-23-35b": 23, "aya-collection": 115, "aya-dataset": 70,
    "aya-evaluation-suite": 101, "aya-expanse-8b": 23, "aya-expanse-32b": 23, "aya-vision-8b": 23,
    "aya-vision-bench": 23, "command-a": 23, "command-r7b": 23, "global-mmlu": 42, "include-base-44": 44,
    "kaleidoscope": 18, "ludwig": 1, "m-arenahard": 23, "m-rewardbench": 24, "tiny-aya-earth": 67,
}  # fmt: skip
"""Entries of each list, as its page counts them: "+ 41" after three names, 23 subsets, 24 folders."""


def rows(table):
    with (FACTS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def found(catalogue):
    """What is computed from cards alone, by claim."""
    own = {claim for claim, one in registered().items() if one.needs == (RELEASES,)}
    return {one.id: replicate_one(catalogue, one, "v") for one in claims(catalogue) if one.id in own}


def stated(release):
    return {row["stated"]: row["language"] for row in rows("release_language") if row["release_id"] == release}


def test_each_list_is_as_long_as_its_card_has_it():
    lists = {row["release_id"] for row in rows("release_language")}
    assert {one: len(stated(one)) for one in lists} == COUNTS


@pytest.mark.parametrize(
    ("release", "listed"),
    [
        pytest.param("aya-23-8b", AYA_23.split(", "), id="aya-23"),
        pytest.param("aya-23-35b", AYA_23.split(", "), id="aya-23-35b"),
        pytest.param("aya-101", AYA_101.split(), id="aya-101"),
        pytest.param("tiny-aya-earth", TINY_AYA.split(), id="tiny-aya"),
    ],
)
def test_a_list_is_the_card_s(release, listed):
    assert set(stated(release)) == set(listed)


def test_two_letters_are_read_by_iso_639():
    same = {"nep": "npi", "swa": "swh"}  # the vocabulary's own rule: the member of the very same name
    for row in rows("release_language"):
        code = row["stated"].partition("_")[0]
        if len(code) == 2:
            meant = pycountry.languages.get(alpha_2=code).alpha_3
            assert row["language"] == same.get(meant, meant), row
        elif len(code) == 3 and code.islower():
            assert row["language"] == same.get(code, code), row


def test_every_language_is_in_the_vocabulary():
    known = {row["code"] for row in read_table("languages")}
    assert {row["language"] for row in rows("release_language")} <= known
    assert {row["release_id"] for row in rows("release_language")} <= {row["id"] for row in rows("release")}


def test_every_release_has_its_paper_its_page_and_where_it_was_read(catalogue):
    papers = {key for (key,) in catalogue.execute("SELECT id FROM paper").fetchall()}
    models = {key for (key,) in catalogue.execute("SELECT id FROM model").fetchall()}
    spdx = {row["spdx"] for row in read_table("spdx")}
    for row in rows("release"):
        assert row["paper_id"] in papers
        assert row["url"].startswith("https://huggingface.co/")
        assert len(row["seen"]) > 10
        assert date.fromisoformat(row["retrieved"])
        assert row["record_id"] in {"", *models}
        assert bool(row["licence"]) == bool(row["spdx"])
        assert row["spdx"] in {"", *spdx}
        assert row["parameters"] == "" or row["kind"] == "model"
        assert row["instances"] == "" or row["kind"] != "model"


@pytest.mark.parametrize(
    ("claim_id", "status", "computed"),
    [
        pytest.param("aya-23/languages", "reproduced", 23, id="aya-23"),
        pytest.param("aya-23/prior_languages", "reproduced", 101, id="its-predecessor"),
        pytest.param("aya-23/small_size", "reproduced", 8e9, id="8B"),
        pytest.param("aya-23/large_size", "reproduced", 35e9, id="35B"),
        pytest.param("aya-model/languages", "reproduced", 101, id="aya-101"),
        pytest.param("aya-dataset/collection_languages", "differs", 115, id="one-more"),
        pytest.param("aya-dataset/instances", "within_tolerance", 513_579_625, id="cut-not-rounded"),
        pytest.param("aya-expanse/languages", "reproduced", 23, id="m-arenahard"),
        pytest.param("aya-vision/small_size", "reproduced", 8e9, id="vision-8B"),
        pytest.param("aya-vision/large_size", "reproduced", 32e9, id="vision-32B"),
        pytest.param("command-a/languages", "reproduced", 23, id="command-a"),
        pytest.param("global-mmlu/languages", "reproduced", 42, id="global-mmlu"),
        pytest.param("include/languages", "reproduced", 44, id="include"),
        pytest.param("kaleidoscope/languages", "reproduced", 18, id="kaleidoscope"),
        pytest.param("kaleidoscope/questions", "reproduced", 20_911, id="questions"),
        pytest.param("m-rewardbench/languages", "reproduced", 23, id="two-ways-of-writing-are-one"),
        pytest.param("m-rewardbench/instances", "reproduced", 2869, id="2.87-thousand"),
        pytest.param("rlhf-many-languages/languages", "reproduced", 23, id="by-another-card"),
        pytest.param("tiny-aya/languages", "differs", 67, id="three-fewer"),
        pytest.param("tiny-aya/params", "reproduced", 3.35e9, id="3.35B"),
        pytest.param("tiny-aya/regional", "reproduced", 3, id="earth-fire-water"),
    ],
)
def test_by_hand(found, claim_id, status, computed):
    row = found[claim_id]
    assert (row.status, row.computed) == (status, computed)
    assert row.sources == (RELEASES,)
    assert row.reason
    assert row.n


def test_the_low_resource_share_by_hand(found):
    low = {row["code"] for row in read_table("low_resource_languages") if not row["script"]}
    few = [code for code in stated("aya-101").values() if code in low]
    assert {"amh", "yor", "swh", "zul"} <= set(few)
    assert not {"eng", "deu", "kur"} & set(few)
    row = found["aya-model/lower_resource"]
    assert row.computed == pytest.approx(100 * len(few) / 101)
    assert (row.status, row.n) == ("differs", 101)
    assert "another scale than the paper's" in row.reason


def test_a_stated_number_is_not_dressed_up(found):
    """What only repeats the abstract says so; a counted list says that it is the authors' own as well."""
    for claim in SIZES:
        assert found[claim].reason == STATED
    counted = [claim for claim, (_, note) in LISTED.items() if COUNTED in note]
    assert len(counted) == 8
    assert "authors' own" in COUNTED
    assert "authors' own" in STATED
    assert "weaker check" in found["rlhf-many-languages/languages"].reason
    assert "could not be read" in found["kaleidoscope/languages"].reason


def test_without_the_facts_nothing_is_attempted(catalogue):
    empty = duckdb.connect()
    empty.execute("CREATE TABLE source AS SELECT ? AS id", [RELEASES])
    empty.execute(
        "CREATE TABLE release (id TEXT, paper_id TEXT, kind TEXT, name TEXT, parameters DOUBLE, instances BIGINT)"
    )
    empty.execute("CREATE TABLE release_language (release_id TEXT, language TEXT)")
    asked = {*LISTED, *SIZES, *ROWS, "aya-model/lower_resource", "tiny-aya/regional"}
    assert asked <= {claim for claim, one in registered().items() if one.needs == (RELEASES,)}
    for claim in claims(catalogue):
        if claim.id in asked:
            row = replicate_one(empty, claim, "v")
            assert (row.status, row.computed, row.reason) == ("not_attempted", None, ABSENT)


def test_a_card_carries_what_was_released(catalogue):
    card = paper_card(catalogue, "aya-23")
    assert [one.id for one in card.releases] == ["aya-23-35b", "aya-23-8b"]
    one = card.releases[1]
    assert (one.parameters, one.spdx, len(one.languages or ())) == (8e9, "CC-BY-NC-4.0", 23)
    assert {"zho", "fas", "ara"} <= set(one.languages or ())
    assert "Greek" in (one.language_names or ())
    assert [one.kind for one in paper_card(catalogue, "aya-dataset").releases] == ["dataset", "dataset", "benchmark"]
    unread = {one.id: one for one in paper_card(catalogue, "tiny-aya").releases}["tiny-aya-fire"]
    assert (unread.languages, unread.licence, unread.instances) == (None, None, None)
    assert paper_card(catalogue, "elo-uncovered").releases == ()
    assert paper_releases(catalogue, "nobody") == ()


@pytest.mark.parametrize("words", ["Tiny Aya Earth", "m-ArenaHard", "CohereForAI/aya-101"])
def test_search_finds_a_release_by_name(catalogue, words):
    hits = [hit for hit in search(catalogue, words) if hit.kind == "release"]
    assert hits
    paper = hits[0].id.partition("/")[0]
    assert hits[0].name in {one.name for one in paper_card(catalogue, paper).releases}


def test_the_trace_leads_from_a_paper_to_what_it_released(catalogue):
    up = set(trace(catalogue, None, "paper", "aya-expanse", "up", 2).nodes["key"])
    assert {"release:aya-expanse/aya-expanse-8b", "release:aya-expanse/m-arenahard", "model:aya-expanse-8b"} <= up
    assert page_of("release", "aya-expanse/aya-expanse-8b") == "/paper?id=aya-expanse"
