"""The datasets of a snapshot: published figures, and selections against plain filters."""

from __future__ import annotations

import functools
import operator
from collections import Counter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue.facets import DATASET_FACETS, UNKNOWN
from governance.catalogue.selection import SORTS, Selection
from governance.catalogue.vocabulary import HOST_AGREEMENTS, SITES, USE_CLASSES
from governance.errors import NotFound
from governance.provenance.dataset_frame import host_agreement
from governance.provenance.datasets import (
    exclusion,
    load_datasets,
    look_alikes,
    select_datasets,
    summary,
    why_not,
)
from governance.provenance.licences import STRENGTH
from governance.provenance.policies import POLICIES
from tests.unit.small import SmallCatalogue

COUNTED = [facet for facet in DATASET_FACETS if facet.kind != "range"]
RANGED = [facet for facet in DATASET_FACETS if facet.kind == "range"]


@pytest.mark.parametrize(
    ("snapshot", "modality", "policy", "figures"),
    [
        pytest.param("current", "text", "audit", (1118, 627, 479, 87), id="text-now"),
        pytest.param(
            "current", "text", "ignore-generated-terms", (1178, 663, 383, 87), id="text-now-without-generated-terms"
        ),
        pytest.param("2023-10-25", "text", "audit", (855, 570, 353, 80), id="text-2023"),
        pytest.param("current", "speech", "audit", (51, 13, 18, 13), id="speech"),
        pytest.param("current", "video", "audit", (35, 37, 12, 21), id="video"),
    ],
)
def test_published_figures(datasets_of, snapshot, modality, policy, figures):
    frame = datasets_of(snapshot, policy).frame.filter(pl.col("modality") == modality)
    found = Counter(frame["licence_use"].to_list())
    assert tuple(found[use] for use in USE_CLASSES) == figures
    assert sum(figures) == frame.height


def test_ids_collections_and_hours(datasets_of):
    now, then = datasets_of().frame, datasets_of("2023-10-25").frame
    for frame in (now, then):
        assert frame["id"].n_unique() == frame.height
    by_kind = {modality: now.filter(pl.col("modality") == modality) for modality in ("text", "speech", "video")}
    assert {kind: frame.height for kind, frame in by_kind.items()} == {"text": 2311, "speech": 95, "video": 105}
    assert {kind: frame["collection"].n_unique() for kind, frame in by_kind.items()} == {
        "text": 107,
        "speech": 95,
        "video": 105,
    }
    assert by_kind["text"]["stated_id"].n_unique() == 2310
    assert then["collection"].n_unique() == 44
    assert by_kind["speech"]["hours"].sum() == pytest.approx(775_600, abs=1)
    assert by_kind["video"]["hours"].sum() == pytest.approx(1_130_682, abs=1)
    assert by_kind["text"]["hours"].count() == 0


@pytest.mark.parametrize(
    ("modality", "shares"),
    [("speech", (73.0, 0.9, 3.9, 22.3)), ("video", (22.1, 44.1, 22.9, 10.9))],
)
def test_published_shares_by_hours(datasets_of, modality, shares):
    frame = datasets_of().frame.filter(pl.col("modality") == modality)
    hours = [frame.filter(pl.col("licence_use") == use)["hours"].sum() for use in USE_CLASSES]
    assert [round(100 * one / sum(hours), 1) for one in hours] == pytest.approx(shares, abs=0.051)


def test_generated_terms_change_the_published_number_of_records(datasets_of):
    both = (
        datasets_of()
        .frame.join(datasets_of(policy="ignore-generated-terms").frame, on="id")
        .filter(pl.col("modality") == "text")
    )
    moved = both.filter(pl.col("licence_use") != pl.col("licence_use_right"))
    assert Counter(moved["licence_use_right"].to_list()) == {"commercial": 60, "unspecified": 36}
    assert set(moved["licence_use"].to_list()) == {"noncommercial"}
    assert both.filter(pl.col("licences").list.contains("OpenAI")).height == 163


def test_the_repeated_identifier_is_kept_under_a_second_one(datasets_of):
    twice = datasets_of().frame.filter(pl.col("stated_id") == "pii-masking-200k")
    assert sorted(twice["id"].to_list()) == ["pii-masking-200k", "pii-masking-200k~2"]


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_effective_is_never_looser_than_own(datasets_of, snapshot, policy):
    frame = datasets_of(snapshot, policy).frame
    own, left = (
        frame[name].replace_strict(STRENGTH, return_dtype=pl.Int8) for name in ("licence_use", "effective_use")
    )
    assert (left >= own).all()
    assert (frame["effective_attribution"] >= frame["attribution"]).all()
    assert (frame["effective_share_alike"] >= frame["share_alike"]).all()


def test_a_cautious_reading_is_never_looser(datasets_of):
    names = ["id", "licence_use", "effective_use"]
    both = datasets_of().frame.select(names).join(datasets_of(policy="cautious").frame.select(names), on="id")
    for name in names[1:]:
        assert (both[f"{name}_right"].replace_strict(STRENGTH) >= both[name].replace_strict(STRENGTH)).all()
    assert "unspecified" not in both["effective_use_right"].to_list()


def test_every_dataset_compares_with_every_site(datasets_of):
    allowed = {f"{site}:{word}" for site in SITES for word in HOST_AGREEMENTS}
    for row in datasets_of().frame["host_agreement"].to_list():
        assert [one.partition(":")[0] for one in row] == list(SITES)
        assert set(row) <= allowed


@pytest.mark.parametrize(
    ("audit", "said", "word"),
    [
        ("commercial", None, "omits"),
        ("commercial", "commercial", "agrees"),
        ("commercial", "unspecified", "stricter"),
        ("academic_only", "noncommercial", "more_permissive"),
    ],
)
def test_host_agreement(audit, said, word):
    assert host_agreement(audit, said) == word


def test_look_alikes_add_up(datasets_of):
    datasets = datasets_of()
    found = look_alikes(datasets)
    free = datasets.frame.filter(pl.col("licence_use") == "commercial")
    assert found.n == free.height == 1118 + 51 + 35
    assert (
        found.not_free
        == sum(found.by_effective.values())
        == free.filter(pl.col("effective_use") != "commercial").height
    )
    assert 0 < found.not_free < found.n
    assert 0 < found.unresolved <= found.n - found.not_free
    for site in found.on_sites.values():
        assert 0 < site.not_free <= site.n


def test_a_summary_of_nothing_states_no_sums(datasets_of):
    found = summary(select_datasets(datasets_of(), Selection(ids=())))
    assert (found.examples, found.hours, found.languages, found.not_free, found.unresolved) == (None, None, 0, 0, 0)
    assert set(found.licence_use.values()) == {0}


def test_datasets_without_rows(schema_connection):
    schema_connection.execute("INSERT INTO catalogue_version SELECT 'x', 'x' WHERE NOT EXISTS (FROM catalogue_version)")
    SmallCatalogue(schema_connection).fill({})
    datasets = load_datasets(schema_connection)
    result = select_datasets(datasets, Selection(text="x", values={"language": ("swh",)}))
    assert (result.total, result.frame.height, summary(result).languages) == (0, 0, 0)


def column_of(facet) -> str:
    return {"licence": "licences"}.get(facet.field, facet.column or facet.field)


def values_of(frame: pl.DataFrame, facet) -> list[set[str]]:
    """Give for each row the words a facet may choose it by."""
    column = frame[column_of(facet)].to_list()
    if facet.kind == "many":
        return [set(one or ()) or {UNKNOWN} for one in column]
    words = {True: "yes", False: "no", None: UNKNOWN}
    return [{words.get(one, one) if one is None or isinstance(one, bool) else one} for one in column]


@pytest.fixture(scope="module")
def words(datasets_of):
    frame = datasets_of().frame
    return {facet.field: values_of(frame, facet) for facet in COUNTED}


@pytest.fixture(scope="module")
def texts(datasets_of):
    frame = datasets_of().frame
    names = ("name", "id", "collection", "huggingface_id", "paper_title", "creator", "task")
    return [
        " ".join(" ".join(one) if isinstance(one, list) else one or "" for one in row).lower()
        for row in frame.select(names).iter_rows()
    ]


@st.composite
def selections(draw) -> dict:
    values = {}
    for facet in draw(st.lists(st.sampled_from(COUNTED), max_size=3, unique=True)):
        values[facet.field] = draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=3))
    ranges = {}
    for facet in draw(st.lists(st.sampled_from(RANGED), max_size=2, unique=True)):
        low, high = sorted(
            draw(
                st.lists(
                    st.sampled_from([0, 1, 100, 2015, 2019, 2020, 2022, 2023, 50_000, 10**7]), min_size=2, max_size=2
                )
            )
        )
        ranges[facet.field] = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    text = draw(
        st.sampled_from(["", "", "flan", "qa EN", "stanford qa", "SNI question", "%", "no such words at all", "'"])
    )
    return {"values": values, "ranges": ranges, "text": text, "part": draw(st.sampled_from([None, None, 7, 2, 10**9]))}


@given(drawn=selections())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_selections_agree_with_plain_filters(datasets_of, words, texts, drawn):
    datasets = datasets_of()
    frame = datasets.frame
    known = {field: sorted(set().union(*words[field]) | {UNKNOWN, "no such value"}) for field in drawn["values"]}
    values = {
        field: tuple(known[field][at % len(known[field])] for at in places) for field, places in drawn["values"].items()
    }
    ids = None if drawn["part"] is None else tuple(frame["id"].to_list()[:: drawn["part"]])
    result = select_datasets(datasets, Selection(values=values, ranges=drawn["ranges"], text=drawn["text"], ids=ids))

    passes: dict[str, list[bool]] = {
        field: [bool(one & set(chosen)) for one in words[field]] for field, chosen in values.items()
    }
    for field, (low, high) in drawn["ranges"].items():
        column = frame[next(column_of(facet) for facet in RANGED if facet.field == field)].to_list()
        passes[field] = [
            one is not None and (low is None or one >= low) and (high is None or one <= high) for one in column
        ]
    if drawn["text"]:
        passes["text"] = [all(word in text for word in drawn["text"].lower().split()) for text in texts]
    inside = [ids is None or one in set(ids) for one in frame["id"].to_list()] if ids is None or len(ids) < 2 else None
    inside = inside or frame["id"].is_in(list(ids)).to_list()

    def rows(but: str | None = None) -> list[int]:
        masks = [mask for field, mask in passes.items() if field != but]
        return [row for row, here in enumerate(inside) if here and all(mask[row] for mask in masks)]

    assert sorted(result.frame["id"].to_list()) == sorted(frame["id"].gather(rows()).to_list())
    assert result.total == len(rows())
    for facet in COUNTED:
        expected = Counter(value for row in rows(facet.field) for value in words[facet.field][row])
        shown = {one.value or UNKNOWN: one.count for one in result.facets[facet.field]}
        assert {value: n for value, n in shown.items() if n} == expected
        assert set(values.get(facet.field, ())) & set(known.get(facet.field, ())) - {"no such value"} <= set(shown)
    assert {field: n for field, n in result.relax.items() if field in passes} == {
        field: len(rows(field)) - len(rows()) for field in passes
    }


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_order(datasets_of, sort, descending):
    frame = select_datasets(datasets_of(), Selection(sort=sort, descending=descending)).frame
    column = frame[sort].to_list()
    known = [one for one in column if one is not None]
    assert column[: len(known)] == known, "unknown comes last"
    keys = [STRENGTH[one] if one in STRENGTH else one.lower() if isinstance(one, str) else one for one in known]
    assert keys == sorted(keys, reverse=descending)
    for (first, one), (second, two) in zip(
        zip(keys, frame["id"], strict=False), zip(keys[1:], frame["id"][1:], strict=False), strict=False
    ):
        assert first != second or one < two


def test_pages_together_are_the_whole_frame(datasets_of):
    result = select_datasets(datasets_of(), Selection(values={"modality": ("speech",)}, sort="hours", descending=True))
    pages = [result.page(offset, 40)["id"].to_list() for offset in (0, 40, 80, 120)]
    assert functools.reduce(operator.iadd, pages, []) == result.frame["id"].to_list()
    assert [len(page) for page in pages] == [40, 40, 15, 0]


def test_ids_that_are_not_here_are_named(datasets_of):
    result = select_datasets(datasets_of(), Selection(ids=("no-such-id", "pii-masking-200k", "<script>")))
    assert (result.total, result.missing_ids) == (1, ("no-such-id", "<script>"))


def test_why_not_names_each_filter_that_leaves_a_dataset_out(datasets_of):
    datasets = datasets_of()
    row = datasets.frame.filter(
        (pl.col("licence_use") == "commercial") & (pl.col("effective_use") == "noncommercial")
    ).row(0, named=True)
    asked = Selection(
        values={"effective_use": ("commercial",), "modality": ("video",), "licence_use": ("commercial",)},
        ranges={"year": (1900, 1901)},
        text="no-such-word",
        ids=("other",),
    )
    reasons = why_not(datasets, asked, row["id"])
    assert len(reasons) == 5
    assert any(row["deciding_licence"].removeprefix("custom:") in reason for reason in reasons)
    assert exclusion(datasets, row["id"], ["noncommercial"]) is None
    assert exclusion(datasets, row["id"], ["commercial"]) in reasons
    assert "is here" in why_not(datasets, Selection(), row["id"])[0]
    for ask in (lambda: why_not(datasets, asked, "nobody"), lambda: exclusion(datasets, "nobody", [])):
        with pytest.raises(NotFound):
            ask()


def test_every_dataset_left_out_by_its_lineage_can_say_why(datasets_of):
    datasets = datasets_of()
    free = datasets.frame.filter((pl.col("licence_use") == "commercial") & (pl.col("effective_use") != "commercial"))
    for row in free.iter_rows(named=True):
        reason = exclusion(datasets, row["id"], ["commercial"])
        assert row["effective_use"] in reason
        assert " parent " in reason
