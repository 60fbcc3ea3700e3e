"""Open and closed datasets: the published shares, and how far our group of languages is from the audit's."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from governance.errors import BadInput
from governance.provenance.composition import difference_of, share_of
from governance.provenance.datasets import load_datasets
from governance.provenance.divide import RESTRICTED, divide, faded, is_low_resource
from governance.provenance.policies import POLICIES

RAW = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw" / "dpi"
BY_NAME = {"2023-10-25": (63, 200), "current": (67, 263)}
"""Restricted and all datasets of the audit's low-resource group, which goes by names."""
BY_CODE = {"2023-10-25": (61, 199), "current": (65, 261)}
FILES = {"2023-10-25": "text_v1_2023-10-25.jsonl.gz", "current": "text.jsonl.gz"}


@pytest.mark.parametrize(
    ("snapshot", "policy", "restricted", "unspecified", "commercial"),
    [
        pytest.param("2023-10-25", "audit", 27.9, 15.1, 6.7, id="2023"),
        pytest.param("current", "audit", 39.9, 16.1, 12.9, id="now"),
        pytest.param("current", "ignore-generated-terms", 27.7, 20.7, 17.3, id="now-without-generated-terms"),
    ],
)
def test_synthetic_share_by_class_is_the_published_one(
    connection, snapshot, policy, restricted, unspecified, commercial
):
    found = divide(load_datasets(connection, snapshot, POLICIES[policy])).synthetic
    printed = {"restricted": restricted, "unspecified": unspecified, "commercial": commercial}
    assert {name: round(100 * share.share, 1) for name, share in found.items()} == printed


@pytest.mark.parametrize(("snapshot", "overall"), [("2023-10-25", (433, 1858)), ("current", (566, 2311))])
def test_restricted_share_overall_and_of_low_resource_languages(connection, snapshot, overall):
    found = divide(load_datasets(connection, snapshot))
    assert (found.restricted.count, found.restricted.n) == overall
    low, others = found.low_resource.first, found.low_resource.second
    assert (low.count, low.n) == BY_CODE[snapshot]
    assert (low.count + others.count, low.n + others.n) == overall
    wanted, base = BY_NAME[snapshot]
    assert abs(low.share - wanted / base) < 0.01


def test_the_gap_of_languages_has_faded_and_that_of_synthetic_text_has_not(connection):
    first, then = (divide(load_datasets(connection, snapshot)) for snapshot in ("2023-10-25", "current"))
    assert first.low_resource.clear
    assert faded(first.low_resource, then.low_resource) is True
    assert faded(first.synthetic_gap, then.synthetic_gap) is False


@pytest.mark.parametrize(
    ("family", "printed"), [("English", 18), ("Koreanic", 56), ("Hindustani", 47), ("Indo-European", 37)]
)
def test_families_of_2023_are_the_published_ones(connection, family, printed):
    shares = {share.value: share for share in divide(load_datasets(connection, "2023-10-25")).families}
    assert round(100 * shares[family].share) == printed
    assert shares[family].low < shares[family].share < shares[family].high


def test_a_snapshot_without_the_modality_is_refused(connection):
    with pytest.raises(BadInput, match="speech"):
        divide(load_datasets(connection, "2023-10-25"), modality="speech")


def test_what_cannot_be_told_has_not_faded():
    known = difference_of("x", share_of("x", 9, 10), share_of("x", 1, 10))
    unknown = difference_of("x", share_of("x", 0, 0), share_of("x", 1, 10))
    assert faded(unknown, known) is None
    assert faded(known, known) is False


@pytest.mark.outside_data
@pytest.mark.skipif(not RAW.is_dir(), reason="the published records are not here")
@pytest.mark.parametrize("snapshot", FILES)
def test_our_group_differs_from_the_audits_only_where_a_name_has_no_code_of_its_own(connection, snapshot):
    groups = json.loads((RAW / "constants" / "language_groups.json").read_text(encoding="utf-8"))
    last = {name: group for group, names in groups.items() for name in names}
    with gzip.open(RAW / FILES[snapshot], "rt", encoding="utf-8") as lines:
        named = {row["Unique Dataset Identifier"]: set(row["Languages"]) for row in map(json.loads, lines)}
    by_name = {key for key, names in named.items() if any(last.get(one) == "Low Resource Languages" for one in names)}
    frame = load_datasets(connection, snapshot).frame
    found = set(frame.filter(is_low_resource(frame) & (frame["modality"] == "text"))["id"])
    terms = dict(frame.select("id", "licence_use").iter_rows())
    assert (sum(terms[key] in RESTRICTED for key in by_name), len(by_name)) == BY_NAME[snapshot]
    for key in by_name ^ found:
        assert named[key] & {"Gaelic", "Flemish", "Tosk Albanian"}, key
