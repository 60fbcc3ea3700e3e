"""The page of crawlers: three views, the library's figures, all of it in the address."""

from __future__ import annotations

import pytest

from app.components.agent_views import agents_chart, counted
from app.components.figure import chart_svg
from app.components.robots_check import EXAMPLE
from governance.consent.agents import count_agents, load_agents
from governance.consent.own_agents import own_agents


def said(app):
    return " ".join(one.value for one in app.markdown)


def url(app, name):
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_the_registry_is_the_librarys(open_at, connection):
    app = open_at("agents")
    assert not app.exception
    every = load_agents(connection)
    assert f"**{count_agents(every)['respects']['yes']} of {len(every)}** are said" in said(app)
    table = app.dataframe[-1].value.set_index("agent")
    assert len(table) == len(every)
    assert table.loc["GPTBot", "named"] == 4353
    assert table.loc["GPTBot", "barred"] == pytest.approx(0.84, abs=0.005)


def test_filters_are_in_the_address(open_at):
    app = open_at("agents", purpose="search", operator="OpenAI")
    assert not app.exception
    assert list(app.dataframe[-1].value["agent"]) == ["OAI-SearchBot"]
    app.selectbox(key="operator").set_value("any").run()
    app.selectbox(key="respects").set_value("no").run()
    assert (url(app, "purpose"), url(app, "respects")) == ("search", "no")
    assert "No crawler meets every filter" in " ".join(one.value for one in app.info)
    assert open_at("agents", purpose="fun").error


def test_the_figure_draws(connection):
    counts = counted(load_agents(connection))
    assert counts["agents"].sum() == 168
    assert "Training" in chart_svg(agents_chart(counts))


def test_a_file_is_checked(open_at):
    app = open_at("agents", show="check", agents="GPTBot,CCBot,Other")
    assert not app.exception
    assert (
        "In the example, **1 of 3** may fetch the address, **2** may fetch nothing; the published rule reads 2"
        in said(app)
    )
    rows = app.dataframe[0].value.set_index("agent")
    assert rows.loc["GPTBot", ["rfc", "paper", "allowed", "rule"]].tolist() == ["closed", "open", "no", "Disallow: /"]
    assert "Crawling is open, use is not" in said(app)
    assert "(Other)" in said(app).replace("\\", "")
    app.text_area(key="robots-text").set_value("User-agent: *\nDisallow: /\nwhat is this").run()
    assert "**0 of 3** may fetch the address, **3** may fetch nothing." in said(app)
    assert "line 3: not a record" in said(app).replace("\\", "")
    app.text_input(key="url").set_value("/robots.txt").run()
    assert "**3 of 3**" in said(app)
    assert (url(app, "url"), url(app, "agents")) == ("/robots.txt", "GPTBot,CCBot,Other")


def test_whom_cannot_be_read_is_said(open_at):
    app = open_at("agents", show="check", agents="operator:Nobody")
    assert not app.exception
    assert "No answer yet" in said(app)
    assert app.error


def test_the_example_shows_what_it_is_for():
    assert "Content-Signal" in EXAMPLE


def test_own_crawlers_are_kept_and_forgotten(open_at, bench):
    app = open_at("agents", show="own")
    assert "None of your own yet" in said(app)
    app.text_input(key="agent-name").set_value("ExampleBot")
    app.selectbox(key="agent-purpose").set_value("archive")
    app.button[0].click().run()
    assert not app.exception
    assert own_agents(bench)["ExampleBot"].purpose == "archive"
    assert "**1** of your own" in said(app)
    app.text_input(key="agent-name").set_value(" ")
    app.button[0].click().run()
    assert app.error
    app.button(key="forget-ExampleBot").click().run()
    assert own_agents(bench) == {}
