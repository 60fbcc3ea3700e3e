"""My sources: pasted texts are read, measured, kept, compared and exported; the address holds the settings."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.components.figure import chart_svg
from app.components.own_source_views import EXAMPLE, levels_chart, months_chart
from app.components.own_source_words import level_rows, month_rows, own_answer, sites_table
from governance.consent.observations import observations
from governance.consent.own_audit import Weighing, observe_bytes, weigh
from governance.consent.own_records import keep_own_audit, own_audits
from governance.errors import BadInput

AGENTS = ("GPTBot", "CCBot")


def said(app):
    return " ".join(one.value for one in app.markdown)


def paste(app, text):
    return app.text_area(key="sources-text").set_value(text).run()


def test_the_example_is_the_librarys(open_at):
    app = open_at("my_sources", agents="GPTBot,CCBot")
    assert not app.exception
    snapshots, observed = observe_bytes(EXAMPLE.encode(), "pasted", AGENTS)
    frame = observations(snapshots, AGENTS)
    audit = weigh(frame, observed)
    assert own_answer(sites_table(frame, "rfc"), audit, example=True, weighed=False) in said(app)
    assert "**2 of 3** sites are closed to GPTBot or CCBot; 0 partly." in said(app)
    for chart, rows in ((levels_chart, level_rows), (months_chart, month_rows)):
        table = rows(weigh(frame, observed, Weighing(by="agent")) if rows is level_rows else audit)
        assert "<svg" in chart_svg(chart(table))


def test_the_published_rule_is_in_the_address(open_at):
    app = open_at("my_sources", agents="GPTBot,CCBot", mode="paper")
    assert not app.exception
    assert "**1 of 3**" in said(app)  # the Allow for robots.txt makes the shop's full ban a partial one there
    assert app.segmented_control(key="mode").value == "paper"


def test_what_cannot_be_read_is_said_and_mended(open_at):
    app = open_at("my_sources")
    for text in ("PK\x03\x04", '{"site": 1}\n', "", "no host here"):
        paste(app, text)
        assert not app.exception
        assert len(app.error) == 1
        assert "**No answer yet**" in said(app)
    paste(app, '{"domain": "a.example", "robots": "User-agent: *\\nDisallow: /"}\nnonsense\n')
    assert not app.error
    assert "**1 of 1**" in said(app)
    assert "Passed over 1 records" in app.warning[0].value


def test_an_agent_that_is_none_falls_back(open_at):
    app = open_at("my_sources", agents="operator:Nobody at all")
    assert not app.exception
    assert len(app.error) == 1
    assert app.text_input(key="agents").value == "developers"


def test_kept_and_compared(open_at, bench):
    app = open_at("my_sources", agents="GPTBot,CCBot")
    app.text_input(key="keep-name").set_value("In spring")
    next(one for one in app.button if one.label == "Keep it").click().run()
    assert not app.exception
    (kept,) = own_audits(bench)
    assert (kept.name, kept.agents, len(kept.rows), kept.revision) == ("In spring", AGENTS, 4, 1)
    assert "Disallow" not in json.dumps(kept.model_dump(mode="json"))
    paste(app, EXAMPLE.replace("=== forum.example 2024-03\nUser-agent: *\nDisallow:\n", "=== new.example 2024-05\n"))
    app.selectbox(key="beside").set_value(kept.id).run()
    assert not app.exception
    assert "**0** sites changed a level, 1 are new, 1 are gone." in said(app)
    next(one for one in app.button if one.label == "Forget this audit").click().run()
    assert own_audits(bench) == ()


def test_a_name_that_is_taken_gets_a_new_revision(bench, own_home):
    snapshots, observed = observe_bytes(EXAMPLE.encode(), "pasted", AGENTS)
    for revision in (1, 2):
        now = datetime(2026, 5, revision, tzinfo=UTC)
        changed = snapshots.head(2 + revision)
        kept = keep_own_audit(bench, "Mine", changed, AGENTS, observed.parser_version, now)
        assert (kept.revision, len(kept.rows)) == (revision, 2 + revision)
    with pytest.raises(BadInput, match="no name"):
        keep_own_audit(bench, " ", snapshots, AGENTS, observed.parser_version, now)
