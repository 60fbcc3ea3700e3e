"""Terms of service: the published codes, their merge with its quirk, the share of tokens, a user's own table."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.consent.terms import CODES, RESTRICTED, VERDICTS, PageTerms, merge_all, merge_terms, terms_share
from governance.consent.terms_records import own_terms, read_terms, remove_terms, save_terms
from governance.errors import BadInput, NotFound
from tests.unit.consent.small_web import NOW

FACTS = PROJECT.parent / "shared" / "data" / "raw" / "consent" / "pipeline_facts.json"
HEAD = "domain,page,ai_scraping,licence,compete,reviewer,observed,evidence\n"


def page(ai_scraping=None, licence=None, compete=None, domain="a.example"):
    return PageTerms(domain=domain, ai_scraping=ai_scraping, licence=licence, compete=compete)


@pytest.mark.parametrize(
    ("pages", "verdict", "restricted", "dropped"),
    [
        pytest.param([], "No Terms Pages", False, False, id="none"),
        pytest.param([page()], "No Terms Pages", False, False, id="silent-page"),
        pytest.param([page(1, 1, 1)], "No Scraping & AI", True, False, id="prohibition-first"),
        pytest.param([page(3, 1)], "No AI", True, False, id="no-ai-before-nc"),
        pytest.param([page(4, 1, 1)], "NC Only", True, False, id="nc-before-compete"),
        pytest.param([page(5, 3, 2)], "No Re-Distribution", True, False, id="redistribution"),
        pytest.param([page(5, 3, 3)], "Non-Compete", True, False, id="compete"),
        pytest.param([page(4, 3, 4)], "Conditional Use", True, False, id="conditional"),
        pytest.param([page(5, 2, 4)], "Unrestricted Use", False, True, id="quirk"),
        pytest.param([page(None, 2)], "Unrestricted Use", False, True, id="quirk-silent-on-ai"),
        pytest.param([page(4, 2)], "Conditional Use", True, False, id="no-quirk"),
        pytest.param([page(5, 3, 4)], "Unrestricted Use", False, False, id="free"),
        pytest.param([page(5), page(2)], "No Scraping", True, False, id="lowest-over-pages"),
    ],
)
def test_merge(pages, verdict, restricted, dropped):
    found = merge_terms("a.example", pages)
    assert (found.verdict, found.restricted, found.dropped) == (verdict, restricted, dropped)


CODE = {axis: st.none() | st.sampled_from(sorted(words)) for axis, words in CODES.items()}


@given(st.lists(st.builds(page, **CODE), max_size=4), st.builds(page, **CODE))
def test_a_page_that_prohibits_more_never_loosens_what_is_said_of_training(pages, extra):
    before, after = merge_terms("a", pages), merge_terms("a", [*pages, extra])
    assert all(after.codes[axis] <= code for axis, code in before.codes.items())
    if before.verdict.startswith("No ") and before.verdict not in ("No Terms Pages", "No Re-Distribution"):
        assert VERDICTS.index(after.verdict) >= VERDICTS.index(before.verdict)


@pytest.mark.outside_data
def test_the_published_taxonomy():
    if not FACTS.is_file():
        pytest.skip("the published facts are not here")
    facts = json.loads(FACTS.read_text())
    assert list(VERDICTS) == facts["tos_merged_least_to_most_strict"]
    assert set(RESTRICTED) == set(facts["tos_restricted_set"])
    for axis, name in {"ai_scraping": "tos_ai_scraping", "licence": "tos_license", "compete": "tos_compete"}.items():
        assert {str(code): word for code, word in CODES[axis].items()} == facts[name]


WEIGHTS = pl.DataFrame(
    {
        "domain": ["a.example", "b.example", "c.example", "d.example"],
        "tokens": [1.0, 3.0, 2.0, 2.0],
        "stratum": ["head", "head", "random", "random"],
    }
)
READ = merge_all(
    [page(1), page(5, domain="b.example"), page(5, 2, domain="c.example"), page(1, domain="elsewhere.example")]
)


def test_share():
    found = terms_share(READ, WEIGHTS)
    assert found.share == pytest.approx(1 / 6)
    assert found.corrected == pytest.approx(3 / 6)
    assert (found.n, found.n_head, found.dropped, found.unmatched) == (3, 2, 1, 1)
    assert found.unread == pytest.approx(2 / 8)
    assert found.by_verdict == {"Unrestricted Use": pytest.approx(5 / 6), "No Scraping & AI": pytest.approx(1 / 6)}
    assert found.low is not None
    assert found.low <= found.share <= found.high


def test_share_by_strata():
    found = terms_share(READ, WEIGHTS, head_share=0.1)
    assert found.share == pytest.approx(0.1 * 0.25)
    assert found.speaks_of == "corpus"
    head = terms_share(merge_all([page(1), page(5, domain="b.example")]), WEIGHTS, head_share=0.1)
    assert (head.share, head.speaks_of) == (pytest.approx(0.25), "head")


def test_share_without_weights():
    with pytest.raises(BadInput, match="no site that was read has a weight"):
        terms_share(READ, WEIGHTS.with_columns(domain=pl.lit("z.example")))
    with pytest.raises(BadInput, match="stratum"):
        terms_share(READ, WEIGHTS.drop("stratum"), head_share=0.1)


def test_read_and_keep(workbench):
    text = HEAD + "\n".join(
        [
            "www.A.example,https://a.example/terms,1,,,R. Doe,2026-01-02,section 4",
            "a.example,https://a.example/api,Conditional Use,nc only,,R. Doe,2026-01-02,section 1",
            "b.example,,,,,R. Doe,2026-01-03,no terms page found",
            "nobody,,1,,,R. Doe,2026-01-02,x",
            "c.example,,7,,,R. Doe,2026-01-02,x",
            "c.example,,1,,,,2026-01-02,x",
            "c.example,,1,,,R. Doe,yesterday,x",
        ]
    )
    table = read_terms(text)
    assert [(one.domain, one.verdict, one.pages) for one in table.sites] == [
        ("a.example", "No Scraping & AI", 2),
        ("b.example", "No Terms Pages", 0),
    ]
    assert [one.subject for one in table.refused] == [f"terms.csv, line {line}" for line in (5, 6, 7, 8)]
    save_terms(workbench, table.pages, NOW)
    again = PageTerms(
        domain="a.example", page="https://a.example/terms", ai_scraping=5, reviewer="S. Roe", observed=date(2026, 2, 1),
        evidence="section 4",
    )  # fmt: skip
    (site,) = save_terms(workbench, [again], NOW)
    assert site.verdict == "NC Only"
    assert {one.reviewer for one in own_terms(workbench)} == {"R. Doe", "S. Roe"}
    remove_terms(workbench, "www.a.example")
    assert {one.domain for one in own_terms(workbench)} == {"b.example"}
    with pytest.raises(NotFound):
        remove_terms(workbench, "a.example")


def test_a_table_without_a_row_to_keep():
    with pytest.raises(BadInput, match="no row can be kept"):
        read_terms(HEAD + "nobody,,1,,,R,2026-01-02,x")
