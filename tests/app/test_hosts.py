"""Licences on hosts: both snapshots, every choice in the URL, and odd values explained."""

from __future__ import annotations

import pytest

from app.components.figure import chart_spec, chart_svg
from app.components.host_figures import confusion_chart, confusion_table, rate_panels, rate_table
from app.components.host_words import answer, change_table, chart_words, why_it_changed
from app.components.share_chart import share_chart, share_table
from governance.provenance.hosts import host_audit, host_audits, host_changes, host_shares
from tests.app.conftest import app_at


def said(app, name):
    """Give the URL's value of a parameter."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.fixture
def open_hosts(catalogue_home):
    def run(**query):
        app = app_at("hosts", **query).run()
        assert not app.exception
        return app

    return run


def test_both_snapshots_stand_side_by_side(open_hosts):
    app = open_hosts()
    said = app.markdown[0].value
    assert "35% of 2\u202f311" in said
    assert "2023: 69%" in said
    assert not app.error
    words = " ".join(one.value for one in app.markdown)
    assert "**713** had none in 2023 and state one now" in words
    assert "54.3% of 569" in words
    assert "64.7% of 1\u202f858" in words
    assert [one.value for one in app.header] == [
        "Why today's figures are not the paper's",
        "Where Hugging Face and the audit part",
    ]


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        pytest.param({"modality": "speech"}, "modality", "speech", id="modality"),
        pytest.param({"base": "with_page"}, "base", "with_page", id="base"),
        pytest.param({"site": "github"}, "site", "github", id="site"),
    ],
)
def test_the_url_sets_a_widget(open_hosts, query, key, value):
    app = open_hosts(**query)
    assert app.session_state[key] == value
    assert said(app, key) == value
    assert not app.error


def test_a_widget_sets_the_url_and_a_default_leaves_it(open_hosts):
    app = open_hosts()
    app.radio(key="base").set_value("with_page").run()
    assert said(app, "base") == "with_page"
    app.radio(key="base").set_value("all").run()
    assert "base" not in app.query_params
    app.radio(key="site").set_value("paperswithcode").run()
    assert "Papers with Code has none for **79%" in app.markdown[0].value


@pytest.mark.parametrize("modality", ["speech", "video"])
def test_a_modality_of_one_snapshot_shows_that_one(open_hosts, modality):
    app = open_hosts(modality=modality)
    assert len(app.header) == 1
    assert "2023" not in app.markdown[0].value


@pytest.mark.parametrize(
    "query",
    [{"modality": "smell"}, {"base": "half"}, {"site": "<script>alert(1)</script>"}, {"modality": "[x](javascript:1)"}],
    ids=lambda query: next(iter(query.items()))[1][:8],
)
def test_an_odd_value_is_explained_and_the_default_shown(open_hosts, query):
    app = open_hosts(**query)
    assert "is not known" in app.error[0].value
    assert "2\u202f311" in app.markdown[0].value or "2\u202f311" in app.markdown[1].value


@pytest.mark.parametrize(("modality", "base"), [("text", "all"), ("text", "with_page"), ("video", "with_page")])
def test_figures_draw_and_can_be_downloaded(connection, modality, base):
    audits = host_audits(connection, modality=modality, base=base)
    shares = host_shares(audits)
    panels = rate_panels(shares)
    drawn = chart_svg(share_chart(panels, ["now", "2023-10-25 release"][: len(audits)]))
    assert "paper: 70%+" in drawn
    assert "Papers with Code" in drawn
    assert share_table(panels).height == 3 * 3 * len(audits)
    assert rate_table(shares).height == 12
    heat = confusion_chart(confusion_table(audits[-1], "github"), "GitHub")
    assert chart_svg(heat).startswith("<svg")


def test_every_rate_carries_its_n(connection):
    table = rate_table(host_shares(host_audits(connection)))
    assert table.columns == ["site", "measure", "now", "now: n", "2023-10-25 release", "2023-10-25 release: n"]
    first = table.row(0, named=True)
    assert (first["site"], first["now: n"], first["2023-10-25 release: n"]) == (
        "Hugging Face", "816 of 2,311", "1,289 of 1,858",
    )  # fmt: skip


def test_confusion_table_has_every_cell(connection):
    audit = host_audit(connection)
    cells = confusion_table(audit, "huggingface")
    assert cells.height == 4 * 5
    assert cells["datasets"].sum() == 2311


def test_words_come_from_the_numbers(connection):
    shares, changes = host_shares(host_audits(connection)), host_changes(connection)
    assert "GitHub has none for **71% of" in answer(shares, "github")
    assert "Papers with Code now: 79% of 2,311" in chart_words(shares, "text")
    assert "454 are new since" in why_it_changed(changes, shares)
    assert change_table(changes)["stated since"].to_list() == [713, 1, 12]


def test_a_site_without_pages_has_no_second_sentence(connection):
    shares = host_shares(host_audits(connection, modality="video", base="with_page"))
    none = [one for one in shares if one.measure == "omission"]
    assert "another class" not in answer(none, "github")
    assert "unknown" in answer(none, "audit")


def test_names_in_a_chart_are_text(connection):
    from app.components.share_chart import Mark, Panel
    from governance.provenance.composition import share_of

    hostile = "<img src=x onerror=alert(1)> ' + datum \" \\"
    spec = chart_spec(share_chart([Panel("", [Mark(hostile, hostile, share_of("x", 1, 2))])], [hostile]))
    assert spec["layer"]
    assert "<img" not in chart_svg(share_chart([Panel("", [Mark(hostile, hostile, share_of("x", 1, 2))])], [hostile]))
