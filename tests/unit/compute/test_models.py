"""The explorer of models: what a selection gives, what a card says, and the user's own beside the published."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.model_checks import above, cross_check, line_verdicts, one_third
from governance.compute.model_frame import order_of_flop
from governance.compute.model_selection import MODEL_FACETS, MODEL_SORTS, ModelSelection
from governance.compute.models import load_models, model_card, select_models
from governance.compute.own_models import (
    OwnModel,
    add_model,
    model_in_words,
    own_models,
    read_model,
    remove_model,
    save_model,
)
from governance.compute.uncertainty import CONFIDENCE_FACTORS, chance_above, factors
from governance.errors import BadInput, Conflict, NotFound
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OURS = {"id": "ours", "name": "Ours", "training_flop": 2e25, "low": 1e25, "high": 4e25, "country": ["Kenya"],
        "hardware": "NVIDIA H100", "chips": 10, "training_hours": 3, "released": "2026-01-01"}  # fmt: skip


def narrowed(models, query):
    return select_models(models, ModelSelection.from_query(query))


@pytest.mark.parametrize(
    ("line", "over"),
    [pytest.param(1e23, 359, id="1e23"), pytest.param(1e24, 172, id="1e24"), pytest.param(1e25, 29, id="1e25"),
     pytest.param(1e26, 3, id="1e26")],
)  # fmt: skip
def test_models_above_a_line(models, line, over):
    found = above(models, line)
    assert (found.above, found.known, found.unknown) == (over, 1087, 1232)


def test_yes_or_no_would_mislead_at_1e25(models):
    found = above(models, 1e25)
    assert (found.indeterminate, found.near, found.classed) == (93, 15, 880)
    assert found.expected == pytest.approx(42.88, abs=0.01)


@pytest.mark.parametrize("line", [0, -1e25, float("nan"), float("inf")])
def test_a_line_is_above_0(models, line):
    with pytest.raises(BadInput, match="a line of"):
        above(models, line)


def test_6nd_meets_the_published_compute(models):
    found = cross_check(models)
    assert (found.n, found.median) == (66, pytest.approx(1, abs=0.001))
    assert (round(found.within_5 * 66), round(found.within_30 * 66)) == (50, 63)
    assert dict(found.furthest)["t5-11b"] == pytest.approx(2), "an encoder-decoder needs 3ND"


def test_one_third_of_the_base(models):
    found = one_third(models)
    assert (found.n, found.above, found.median) == (61, 8, pytest.approx(0.0547, abs=1e-4))
    shares = dict(found.exceeding)
    assert shares["minimax-m1-80k"] == pytest.approx(1.18, abs=0.005)
    assert shares["code-llama-70b"] == pytest.approx(0.5)


def test_every_model_is_there_once(models, catalogue):
    (held,) = catalogue.execute("SELECT count(*) FROM model").fetchall()[0]
    assert models.frame.height == held == models.frame["id"].n_unique()
    assert narrowed(models, "").total == held


def test_columns_that_confidence_gives(models):
    row = models.frame.row(by_predicate=pl.col("id") == "llama-2-70b", named=True)
    assert row["flop_low"] == pytest.approx(row["training_flop"] / 3)
    assert row["flop_high"] == pytest.approx(row["training_flop"] * 3)
    assert 1 > row["p_above_1e23"] > row["p_above_1e24"] > row["p_above_1e25"] > 0
    unsure = models.frame.filter(~pl.col("confidence").is_in(list(CONFIDENCE_FACTORS)).fill_null(False))
    assert unsure["flop_low"].null_count() == unsure["p_above_1e25"].null_count() == unsure.height > 0


@pytest.mark.parametrize("facet", [facet for facet in MODEL_FACETS if facet.kind != "range"], ids=lambda f: f.field)
def test_a_facet_counts_what_choosing_it_gives(models, facet):
    for found in narrowed(models, "").facets[facet.field][:3]:
        chosen = ModelSelection.build(values={facet.field: (found.value or "unknown",)})
        assert select_models(models, chosen).total == found.count > 0


@pytest.mark.parametrize(
    ("query", "test"),
    [
        pytest.param("training_flop=1e25..", pl.col("training_flop") >= 1e25, id="flop"),
        pytest.param("flop_order=1e25 to 1e26", pl.col("training_flop").is_between(1e25, 1e26, "left"), id="order"),
        pytest.param(
            "country=CN&year=2024", pl.col("country").list.contains("CN") & (pl.col("year") == 2024), id="two"
        ),
        pytest.param("has_base=yes", pl.col("base_model").is_not_null(), id="base"),
        pytest.param("flop_order=unknown", pl.col("training_flop").is_null(), id="unknown"),
    ],
)
def test_a_selection_gives_the_rows_that_meet_it(models, query, test):
    expected = models.frame.filter(test)
    assert narrowed(models, query).total == expected.height > 0
    assert set(narrowed(models, query).frame["id"]) == set(expected["id"])


@pytest.mark.parametrize("sort", MODEL_SORTS)
def test_orders_put_unknown_last(models, sort):
    column = "organisation" if sort == "organisation" else sort
    for sign in ("", "-"):
        values = narrowed(models, f"sort={sign}{sort}").frame[column]
        if sort == "organisation":
            values = values.list.first().str.to_lowercase()
        known = [value for value in values if value is not None]
        known = [value.lower() for value in known] if sort == "name" else known
        assert known == sorted(known, reverse=bool(sign))
        assert values.head(len(known)).null_count() == 0


def test_an_empty_result_says_what_to_relax(models):
    found = narrowed(models, "country=KE&training_flop=1e26..")
    assert (found.total, found.relax) == (0, {"country": 3, "training_flop": 0})


def test_unknown_ids_are_told(models):
    found = narrowed(models, "id=gpt-4&id=nobody")
    assert (found.total, found.missing_ids) == (1, ("nobody",))


CHOSEN = st.dictionaries(
    st.sampled_from(["country", "domain", "openness", "flop_order"]),
    st.lists(st.text("a b&=1", min_size=1), min_size=1, max_size=3),
)


@given(CHOSEN, st.one_of(st.none(), st.floats(1, 1e30)), st.sampled_from(MODEL_SORTS), st.booleans())
def test_a_query_reads_back(values, low, sort, descending):
    ranges = {} if low is None else {"training_flop": (low, None)}
    made = ModelSelection.build(values=values, ranges=ranges, sort=sort, descending=descending)
    assert ModelSelection.from_query(made.to_query()) == made


@pytest.mark.parametrize(
    "query", ["language=swh", "snapshot=current", "sort=hours", "training_flop=many", "year=2025..2024"]
)
def test_what_models_do_not_have_is_refused(query):
    with pytest.raises(BadInput):
        ModelSelection.from_query(query)


def test_a_card(catalogue):
    card = model_card(catalogue, "llama-2-70b")
    assert (card.six_nd, card.six_nd_over_published) == (8.4e23, pytest.approx(8.4 / 8.1))
    assert "code-llama-70b" in {child.id for child in card.fine_tunes}
    assert card.ratings[0].index_id == "eci"
    assert card.source.startswith("Epoch AI")


def test_no_such_card(catalogue):
    with pytest.raises(NotFound) as refused:
        model_card(catalogue, "gpt-44")
    assert "gpt-4" in refused.value.fix


def test_own_models_stand_beside_the_published(catalogue, models, tmp_path):
    with open_workbench(tmp_path) as workbench:
        save_model(workbench, read_model(OURS), NOW)
        save_model(workbench, read_model(OURS | {"name": "Ours, again", "parameters": 7e9}), NOW)
        own = own_models(workbench)
        assert [model.name for model in own] == ["Ours, again"]
        remove_model(workbench, "own:ours")
        assert own_models(workbench) == ()
        with pytest.raises(NotFound):
            remove_model(workbench, "ours")
    both = load_models(catalogue, own)
    (row,) = narrowed(both, "origin=user").frame.to_dicts()
    assert (row["id"], row["chip_hours"], row["country"], row["year"]) == ("own:ours", 30, ["KE"], 2026)
    assert (row["flop_low"], row["flop_high"], row["flop_order"]) == (1e25, 4e25, "1e25 to 1e26")
    assert row["p_above_1e25"] == pytest.approx(0.95)
    assert above(both, 1e25).above == above(models, 1e25).above + 1
    assert model_card(catalogue, "own:ours", own).source == "your own"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"training_flop": float("nan")}, "training_flop", id="nan"),
        pytest.param({"training_flop": -1}, "training_flop", id="negative"),
        pytest.param({"parameters": 0}, "parameters", id="zero"),
        pytest.param({"country": ["Atlantis"]}, "country", id="country"),
        pytest.param({"low": 3e25}, "the whole model", id="low-above"),
        pytest.param({"high": None}, "the whole model", id="low-alone"),
        pytest.param({"url": "javascript:alert(1)"}, "url", id="link"),
        pytest.param({"id": "Own Model"}, "id", id="id"),
        pytest.param({"flops": 1}, "flops", id="unknown-field"),
        pytest.param({"domain": ["alchemy"]}, "domain.0", id="word"),
        pytest.param({"name": ""}, "name", id="no-name"),
    ],
)
def test_a_wrong_own_model_is_refused_by_field(change, where):
    with pytest.raises(BadInput) as refused:
        read_model(OURS | change)
    assert refused.value.where == f"model, field {where}"


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_what_is_no_object_is_no_model(data):
    with pytest.raises(BadInput):
        read_model(data)


@given(st.floats(1e18, 1e28), st.sampled_from(list(CONFIDENCE_FACTORS)))
def test_chances_follow_the_factors(value, confidence):
    flop, factor = np.array([value]), factors([confidence])
    assert chance_above(flop, factor, value)[0] == pytest.approx(0.5)
    assert chance_above(flop, factor, value * factor[0])[0] == pytest.approx(0.05)
    assert chance_above(flop, factor, value / factor[0])[0] == pytest.approx(0.95)


@pytest.mark.parametrize("flop", [float(f"1e{power}") for power in range(12, 28)])
def test_a_power_of_ten_starts_its_own_order(flop):
    assert order_of_flop(flop).startswith(f"{flop:.0e}".replace("+", ""))


@given(st.floats(1, 1e30))
def test_an_order_holds_its_number(flop):
    low, high = (float(edge) for edge in order_of_flop(flop).split(" to "))
    assert low <= flop < high


def test_an_own_model_survives_being_kept(tmp_path):
    with open_workbench(tmp_path) as workbench:
        kept = save_model(workbench, OwnModel(**OURS), NOW)
        assert own_models(workbench) == (kept,)


@pytest.mark.parametrize(
    ("model", "verdicts"),
    [
        pytest.param({"training_flop": 2e24, "p_above_1e24": 0.9}, ["exceeds", "exceeds", "below", "below"], id="sure"),
        pytest.param({"training_flop": 1e25, "p_above_1e25": 0.5},
                     ["exceeds", "exceeds", "indeterminate", "below"], id="between"),
        pytest.param({"training_flop": 2e25, "p_above_1e26": 0.1},
                     ["exceeds", "exceeds", "exceeds", "below"], id="low"),
        pytest.param({"training_flop": None}, [None] * 4, id="unknown"),
    ],
)  # fmt: skip
def test_one_model_against_the_lines(model, verdicts):
    assert [one.verdict for one in line_verdicts(model)] == verdicts


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Ours 7B", "ours-7b"), ("=1+1", "1-1"), ("Éclair", "eclair"), ("通义", "901a-4e49"), ("—", "2014"),
     ("x" * 99, "x" * 60)],
)  # fmt: skip
def test_a_name_gives_an_id(name, slug):
    assert model_in_words(name, {}).id == slug


@pytest.mark.parametrize(
    ("name", "stated", "word"),
    [
        (" ", {}, "no name"),
        ("A", {"tokens": "lots"}, "lots"),
        ("A", {"parameters": "1B", "active_parameters": "2B"}, "above"),
        ("A", {"colour": "red"}, "Extra"),
    ],
)
def test_words_that_make_no_model_are_refused(name, stated, word):
    with pytest.raises(BadInput, match=word):
        model_in_words(name, stated)


def test_a_new_own_model_replaces_none(tmp_path):
    with open_workbench(tmp_path) as workbench:
        add_model(workbench, model_in_words("Ours", {"tokens": "2T"}), NOW)
        with pytest.raises(Conflict, match="exists"):
            add_model(workbench, model_in_words("ours", {}), NOW)
        assert own_models(workbench)[0].tokens == 2e12
