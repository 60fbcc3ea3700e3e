"""The claims on whose languages Aya 23 covers: what the papers say, and the bounds worked out another way."""

from __future__ import annotations

import csv

import pytest

from governance.catalogue.connect import FACTS, open_catalogue
from governance.evaluation.groups.reach import people_reached
from governance.research.claims import claims, ledger, ledger_row
from governance.research.replications.registry import registered, replicate_one

BOTH = ("aya-23/population", "rlhf-many-languages/population")
SAID = (50.0, "%", "~")
"""Both papers: about half of the world's population, for 23 languages."""


@pytest.fixture(scope="module")
def rows(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        return ledger(connection)


@pytest.mark.parametrize("claim_id", BOTH)
def test_what_the_papers_say(connection, claim_id):
    claim = next(one for one in claims(connection) if one.id == claim_id)
    assert (claim.published, claim.unit, claim.comparator) == SAID


def bounds():
    """Work the bounds out from the files, row by row, without the function under test."""
    with (FACTS / "touchstone-releases" / "release_language.csv").open(encoding="utf-8") as stream:
        languages = {row["language"] for row in csv.DictReader(stream) if row["release_id"] == "aya-23-8b"}
    people, most, added = {}, {}, {}
    with (FACTS / "cldr" / "speakers.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            country = row["country"]
            people[country] = int(row["population"])
            if row["language"] in languages:
                most[country] = max(most.get(country, 0), float(row["share"]))
                added[country] = added.get(country, 0) + float(row["share"])
    low = sum(people[country] * share for country, share in most.items())
    high = sum(people[country] * min(1, share) for country, share in added.items())
    return languages, 100 * low / sum(people.values()), 100 * high / sum(people.values())


@pytest.mark.parametrize("claim_id", BOTH)
def test_it_differs_by_either_bound_and_says_why(rows, claim_id):
    languages, low, high = bounds()
    row = ledger_row(rows, claim_id)
    found = row.replication
    assert len(languages) == 23
    assert (found.computed, found.low, found.high) == pytest.approx((low, low, high))
    assert (row.status, found.bounds, found.n) == ("differs", True, 250)
    assert low - SAID[0] > found.tolerance, "nor would the high bound be within the tolerance"
    assert "second languages" in row.reason
    assert "counting people twice" in row.reason


def test_its_page_shows_the_same(rows, connection):
    found = ledger_row(rows, BOTH[0]).replication
    assert (found.page, found.query["show"]) == ("languages", "reach")
    again = people_reached(connection, found.query["languages"].split(","))
    assert 100 * again.low_share == found.computed


def test_without_a_list_nothing_is_computed(connection, monkeypatch):
    monkeypatch.setattr("governance.research.replications.reach.AYA_23", "nobody")
    claim = next(one for one in claims(connection) if one.id == BOTH[0])
    assert registered()[BOTH[0]].page == "languages"
    found = replicate_one(connection, claim, "v")
    assert (found.status, found.computed) == ("not_attempted", None)
    assert "nobody" in found.reason
