"""Terms, human feedback, domains and sources on the command line, and what they say where nothing is known."""

from __future__ import annotations

import pytest

from governance.catalogue.connect import PROJECT
from governance.catalogue.site_consent import MEANING
from governance.consent.terms import QUOTED

CONSENT = PROJECT.parent / "shared" / "data" / "raw" / "consent"
TERMS = """domain,page,ai_scraping,licence,compete,reviewer,observed,evidence
nytimes.com,https://nytimes.com/terms,1,1,,R. Doe,2026-01-02,section 4
forbes.com,,5,2,,R. Doe,2026-01-02,section 2
nobody,,1,,,R. Doe,2026-01-02,x
"""
VOTES = "contributor,model_a,model_b,outcome\nada,m1,m2,a\nbob,m1,m3,tie\n"


@pytest.fixture
def files(tmp_path):
    for name, text in (("terms.csv", TERMS), ("votes.csv", VOTES)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_the_shipped_facts_know_of_a_domain(touchstone):
    card = touchstone("consent", "domain", "https://www.nytimes.com/x", "--json").json
    assert (card["name"], card["type"], card["level"]) == ("nytimes.com", "news", None)
    assert [one["corpus"] for one in card["corpora"]] == ["refinedweb", "c4", "dolma"]
    answer = touchstone("consent", "domain", "nytime.com")
    assert (answer.code, "did you mean nytimes.com" in answer.err) == (2, True)


def test_sources_of_a_dataset(touchstone):
    found = touchstone("consent", "sources-of", "baize-alpaca-chat", "--json").json
    assert {one["domain"] for one in found["sites"]} >= {"quora.com", "cancer.gov"}
    assert (found["known"], found["share"], found["meaning"]) == (0, None, MEANING)
    assert {one["question"] for one in found["terms"]} >= {"scraping", "use"}
    assert "no robots.txt of theirs was read" in touchstone("consent", "sources-of", "baize-alpaca-chat").text


def test_terms(touchstone, own_home, files):
    share = touchstone("consent", "terms", "share", str(files / "terms.csv"), "--json").json
    assert (share["n"], share["speaks_of"], share["dropped"], len(share["refused"])) == (2, "head", 1, 1)
    assert share["quoted"]["share"] == QUOTED.share
    beside = touchstone("consent", "terms", "beside-robots", "--table", str(files / "terms.csv"), "--json").json
    assert (beside["n"], beside["terms_only"], beside["disagreeing_tokens"]) == (0, share["n"], None)
    assert touchstone("consent", "terms", "keep", str(files / "terms.csv"), "--json").json["sites"] == 2
    assert touchstone("consent", "domain", "forbes.com", "--json").json["terms"]["dropped"] is True
    assert touchstone("consent", "terms", "forget", "forbes.com").code == 0
    assert [one["domain"] for one in touchstone("consent", "terms", "list", "--json").json] == ["nytimes.com"]


def test_conflicts_of_all_sites(touchstone, own_home, files):
    none = touchstone("consent", "conflicts", "--json").json
    assert (none["read"], none["sites"], none["rows"]) == (0, 0, [])
    assert "nothing found" in touchstone("consent", "conflicts").text
    assert touchstone("consent", "conflicts", "--kind", "any").code == 2
    assert touchstone("consent", "conflicts", "--corpus", "c5").code == 2


def test_feedback(touchstone, own_home, files):
    pool = touchstone("consent", "feedback", "create", "Ours", "--terms", "https://example.org", "--leave", "yes",
                      "--json").json["id"]  # fmt: skip
    assert touchstone("consent", "feedback", "add", pool, str(files / "votes.csv"), "--json").json["added"] == 2
    left = touchstone("consent", "feedback", "withdraw", pool, "ada", "--json").json
    assert (left["votes"], left["models_lost"]) == (1, ["m2"])
    edited = touchstone("consent", "feedback", "edit", pool, "--leave", "until_published", "--published", "2026-02-01",
                        "--revision", "1", "--json").json  # fmt: skip
    assert (edited["revision"], edited["pool"]["title"], edited["coverage"]["votes"]) == (2, "Ours", 1)
    stale = touchstone("consent", "feedback", "edit", pool, "--title", "Other", "--revision", "1")
    assert (stale.code, "it is at revision 2" in stale.err) == (2, True)
    assert (
        touchstone("consent", "feedback", "edit", pool, "--published", "", "--json").json["pool"]["published"] is None
    )
    assert "nothing is to change" in touchstone("consent", "feedback", "edit", pool).err
    for format in ("csv", "jsonl", "parquet"):
        assert b"ada" not in touchstone("consent", "feedback", "export", pool, "--format", format).out
    assert [one["contributor"] for one in touchstone("consent", "feedback", "contributors", pool, "--json").json] == [
        "bob"
    ]
    assert touchstone("consent", "feedback", "list", "--json").json[0]["withdrawn"] == 1
    assert touchstone("consent", "feedback", "withdraw", pool, "ada").code == 2
    assert touchstone("consent", "feedback", "delete", pool).code == 0


@pytest.mark.outside_data
def test_the_shipped_terms_are_what_the_importer_makes(touchstone, tmp_path):
    if not (CONSENT / "multimodal_terms_text.csv").is_file():
        pytest.skip("the published terms are not here")
    report = touchstone("import", "source-terms", str(CONSENT), "--out", str(tmp_path / "out"), "--json").json
    assert (report["read"], report["kept"], report["rows"]["source_terms"]) == (311, 309, 940)
    for name in ("source_terms.csv", "import_note.csv"):
        shipped = PROJECT / "data" / "facts" / "dpi-source-terms" / name
        assert (tmp_path / "out" / name).read_bytes() == shipped.read_bytes()
