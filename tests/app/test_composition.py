"""Composition: any two selections, saved lists, pasted addresses, hostile names, and the divide."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.components import state
from app.components.composition_views import _how_often, _verdict
from app.components.share_chart import percent
from governance.catalogue.selection import Selection
from governance.provenance.composition import DIMENSIONS, difference_of, share_of
from governance.provenance.divide import divide
from governance.records.lists import save_list
from tests.app.conftest import app_at

HOSTILE = "<b>x</b> [y](javascript:alert(1)) $z$ :red[q]"
COMMERCIAL, CLOSED = "licence_use=commercial", "licence_use=academic_only&licence_use=noncommercial"


def said(app, name):
    """Give the URL's value of a parameter."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.fixture
def open_composition(catalogue_home):
    def run(**query):
        app = app_at("composition", **query).run()
        assert not app.exception
        return app

    return run


@pytest.fixture
def saved(bench):
    return save_list(bench, HOSTILE, Selection(), ["dolly_15k", "no-such-id"], "v", datetime(2026, 1, 2, tzinfo=UTC))


def answer(app):
    return app.markdown[0].value


def test_opens_with_open_beside_closed(open_composition):
    app = open_composition()
    assert answer(app).startswith("**A** 1\u202f")
    assert "they part most on" in answer(app)
    assert said(app, "a") == COMMERCIAL
    assert said(app, "b") == CLOSED
    assert app.dataframe[-1].value.shape[0] > 12
    assert any("Concentration over task group" in one.value for one in app.markdown)


def test_a_selection_alone_stands_beside_everything(open_composition):
    app = open_composition(a="language=swh")
    assert app.session_state["b"] == "snapshot=current"
    assert "datasets in both" in app.caption[-2].value


@pytest.mark.parametrize("dimension", [dimension.field for dimension in DIMENSIONS])
def test_every_dimension_draws(open_composition, dimension):
    app = open_composition(by=dimension, a="modality=speech", b="modality=video")
    assert not app.error
    assert app.session_state["by"] == dimension


def test_a_ready_made_pair_sets_both_sides(open_composition):
    app = open_composition()
    app.selectbox(key="pair").set_value("time").run()
    assert not app.exception
    assert said(app, "a") == "modality=text"
    assert said(app, "b") == "snapshot=2023-10-25&modality=text"
    assert answer(app).startswith("**A** 2\u202f311 datasets, **B** 1\u202f858")


@pytest.mark.parametrize("text", ["swahili", "colour=red", "http://[x?a=1", "list=nothere", "policy=none-such"])
def test_what_is_no_selection_is_explained(open_composition, text):
    app = open_composition(a=text)
    assert "cannot be read" in answer(app)
    assert len(app.error) == 1


def test_an_empty_selection_says_so(open_composition):
    app = open_composition(a="language=xyz")
    assert "nothing to compare" in answer(app)
    assert "holds no dataset" in app.info[0].value


def test_two_empty_selections_say_so(open_composition):
    app = open_composition(a="language=xyz", b="language=xyz")
    assert "nothing to compare" in answer(app)


@pytest.mark.parametrize("query", [{"by": "id"}, {"order": "up"}, {"view": "x"}], ids=["by", "order", "view"])
def test_an_odd_value_is_explained_and_the_default_shown(open_composition, query):
    app = open_composition(**query)
    assert "is not known" in app.error[0].value
    assert any("they part most on" in one.value for one in app.markdown)


def test_a_saved_list_with_a_hostile_name_is_a_side(open_composition, saved):
    app = open_composition(a=f"list={saved.id}")
    assert not app.error
    assert answer(app).startswith("**A** 1 datasets") or answer(app).startswith("**A** 0 datasets")
    for one in (*app.markdown, *app.caption):
        assert "<b>x</b>" not in one.value
        assert "[y](java" not in one.value


def test_hostile_words_in_a_selection_are_text(open_composition):
    app = open_composition(a=f"q={HOSTILE.replace('$', '%24')}", b="snapshot=current")
    for one in (*app.markdown, *app.caption):
        assert "[y](java" not in one.value


def test_the_divide_says_where_it_has_faded(open_composition):
    app = open_composition(view="divide")
    assert not app.error
    assert "30.7% against 22.4%" in answer(app)
    assert "it has faded since" in answer(app)
    words = " ".join(one.value for one in app.markdown)
    assert "27.9% of the restricted datasets in 2023 and 39.9% now" in words
    assert "6.7% and 12.9%" in words
    assert "it has not faded" in words


def test_the_divide_reads_licences_by_a_policy(open_composition):
    app = open_composition(view="divide", policy="ignore-generated-terms")
    assert "27.7% now" in " ".join(one.value for one in app.markdown)
    app.selectbox(key="policy").set_value("audit").run()
    assert "policy" not in app.query_params
    assert "39.9% now" in " ".join(one.value for one in app.markdown)


def test_the_divide_claims_no_gap_where_none_is_clear():
    wide = difference_of("x", share_of("x", 9, 10), share_of("x", 1, 10))
    turned = difference_of("x", share_of("x", 1, 10), share_of("x", 9, 10))
    narrow = difference_of("x", share_of("x", 5, 10), share_of("x", 5, 10))
    unknown = difference_of("x", share_of("x", 0, 0), share_of("x", 5, 10))
    assert [_how_often(gap) for gap in (wide, turned, narrow, unknown)] == [
        "more often", "less often", "about as often", "about as often",
    ]  # fmt: skip
    assert _verdict(wide, narrow) == "it has faded since"
    assert _verdict(wide, wide) == "it has not faded"
    assert _verdict(narrow, wide) == "a gap has opened"
    assert _verdict(narrow, narrow) == "no clear gap, then or now"
    assert "cannot be told" in _verdict(unknown, wide)


@pytest.mark.parametrize("policy", ["cautious", "any-host", "all-hosts"])
def test_the_divide_draws_under_every_policy(open_composition, policy):
    app = open_composition(view="divide", policy=policy)
    assert not app.error
    then, now = (divide(state.datasets_for(snapshot, policy)).low_resource for snapshot in ("2023-10-25", "current"))
    assert [percent(side.share, 1) for gap in (then, now) for side in (gap.first, gap.second)] == re.findall(
        r"[\d.]+\s?%", answer(app)
    )
    assert said(app, "policy") == policy


def test_views_can_be_changed_to_and_fro(open_composition):
    app = open_composition(a="language=swh")
    app.button_group(key="view").set_value("divide").run()
    assert not app.exception
    assert said(app, "view") == "divide"
    app.button_group(key="view").set_value("pair").run()
    assert not app.exception
    assert said(app, "a") == "language=swh"
