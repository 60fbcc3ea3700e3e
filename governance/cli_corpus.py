"""Verbs of consent over corpora: import what was published, series, forecast, audits of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from pydantic import BaseModel

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.consent.agents import agent_set, load_agents
from governance.consent.aggregates import agent_levels, corpus_facts, panel_rates
from governance.consent.corpus_audit import ABOUT_SITES, BY, DRAWS
from governance.consent.corpus_sources import audit_imported, honour_imported
from governance.consent.forecast import MONTHS, SCENARIOS, back_test, forecast
from governance.consent.panels import import_hasdata
from governance.consent.published_corpus import import_consent
from governance.consent.publishers import import_publishers
from governance.consent.robots_2019 import import_robots_2019
from governance.consent.trend import Basis, consent_events, consent_series, steps
from governance.consent.vocabulary import MODES, SERIES_RULES, SERIES_STRATA

corpus_app = typer.Typer()
import_app = typer.Typer()


CorpusOption = Annotated[str, typer.Option("--corpus", help="c4, refinedweb or dolma.")]
StratumOption = Annotated[str, typer.Option("--stratum", help=f"Part of it: {', '.join(SERIES_STRATA)}.")]
AgentsOption = Annotated[
    str, typer.Option("--agents", help="Tokens, developers, all, a purpose or operator:NAME, comma-separated.")
]
ModeOption = Annotated[str, typer.Option("--mode", help=f"How robots.txt is read: {', '.join(MODES)}.")]
SourceOption = Annotated[str | None, typer.Option("--source", help="One import alone; by default all.")]
SampleOption = Annotated[
    bool, typer.Option("--as-sample", help="Let the domains stand for the corpus, head and rest apart.")
]
DrawsOption = Annotated[int, typer.Option("--draws", help="Of the bootstrap; 0 for no interval.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the draws.")]
RuleOption = Annotated[str, typer.Option("--rule", help=f"How restriction was read: {', '.join(SERIES_RULES)}.")]


@corpus_app.command("series")
def consent_series_command(
    corpus: CorpusOption = "c4",
    stratum: StratumOption = "all",
    of_stratum: Annotated[bool, typer.Option("--of-stratum", help="A share of that part, not of the corpus.")] = False,
    rule: RuleOption = "published",
    as_json: JsonFlag = False,
) -> None:
    """Show the share fully restricted by month, its steps, and what happened when they came."""
    part = choice(stratum, SERIES_STRATA, "option --stratum")
    basis: Basis = "of_stratum" if of_stratum else "of_corpus"
    with open_catalogue() as connection:
        series = consent_series(
            connection, corpus, stratum=part, basis=basis, rule=choice(rule, SERIES_RULES, "option --rule")
        )
        emit({"series": series, "steps": steps(series, consent_events(connection))}, as_json)


@corpus_app.command("forecast")
def consent_forecast_command(
    corpus: CorpusOption = "c4",
    rule: RuleOption = "published",
    months: Annotated[int, typer.Option("--months", help="How far ahead, 1 to 60.")] = MONTHS,
    scenario: Annotated[
        str, typer.Option("--scenario", help=f"What becomes of blocking: {', '.join(SCENARIOS)}.")
    ] = "goes_on",
    check: Annotated[bool, typer.Option("--back-test", help="Set earlier forecasts beside what came.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Carry the published series forward by SARIMA with its interval, or under an assumption."""
    with open_catalogue() as connection:
        series = consent_series(connection, corpus, rule=choice(rule, SERIES_RULES, "option --rule"))
    ahead = forecast(series, months=months, scenario=choice(scenario, SCENARIOS, "option --scenario"))
    tested = back_test(series, months=months) if check else None
    if as_json:
        emit({"forecast": ahead, "back_test": tested}, True)
        return
    emit(ahead.model_dump(exclude={"points"}), False)
    emit_rows([point.model_dump() for point in ahead.points])
    if tested:
        emit(tested.model_dump(exclude={"trials"}), False)
        emit_rows([trial.model_dump() for trial in tested.trials])


@corpus_app.command("corpora")
def consent_corpora_command(as_json: JsonFlag = False) -> None:
    """Show each corpus: its size, its head, and the share last found closed."""
    with open_catalogue() as connection:
        _table(corpus_facts(connection), as_json)


@corpus_app.command("named")
def consent_named_command(
    agents: Annotated[str, typer.Option("--agents", help="Product tokens, comma-separated; by default all.")] = "",
    known: Annotated[bool, typer.Option("--known", help="Only crawlers of the registry.")] = False,
    most: Annotated[int, typer.Option("--most", help="How many.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """Show how often agents were named in robots.txt, by domain and month, and how often closed out."""
    with open_catalogue() as connection:
        _table(agent_levels(connection, _words(agents), known=known, most=most), as_json)


@corpus_app.command("panel")
def consent_panel_command(as_json: JsonFlag = False) -> None:
    """Show the rates of HasData's panel of 10,894 domains in both waves."""
    with open_catalogue() as connection:
        _table(panel_rates(connection), as_json)


@corpus_app.command("corpus")
def consent_corpus_command(
    corpus: CorpusOption = "c4",
    agents: AgentsOption = "developers",
    mode: ModeOption = "rfc",
    by: Annotated[str, typer.Option("--by", help=f"One share, or one by {', '.join(BY[1:])}.")] = "all",
    source: SourceOption = None,
    as_sample: SampleOption = False,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
) -> None:
    """Measure a corpus by the levels you imported: shares of tokens closed, partly closed and open."""
    read, groups = choice(mode, MODES, "option --mode"), choice(by, BY, "option --by")
    with open_catalogue() as connection:
        known = load_agents(connection)
        found = audit_imported(
            connection, corpus, agents=agent_set(agents, known), mode=read, by=groups, source=source,
            as_sample=as_sample, registry={agent.id: (agent.operator, agent.purpose) for agent in known},
            draws=draws, seed=seed,
        )  # fmt: skip
    if as_json:
        emit(found, True)
        return
    emit(found.model_dump(exclude={"audit"}) | found.audit.model_dump(exclude={"rows"}), False)
    emit_rows([row.model_dump() for row in found.audit.rows])


@corpus_app.command("honour")
def consent_honour_command(
    corpus: CorpusOption = "c4",
    agents: AgentsOption = "developers",
    by: Annotated[str, typer.Option("--by", help=f"Of the sites: {', '.join(ABOUT_SITES)}.")] = "type",
    extent: Annotated[float, typer.Option("--extent", help="0: nobody honours it; 1: everyone does.")] = 1.0,
    partial: Annotated[bool, typer.Option("--partial", help="Count a site that is partly closed too.")] = False,
    mode: ModeOption = "rfc",
    source: SourceOption = None,
    as_sample: SampleOption = False,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
) -> None:
    """Work out what a corpus would lose if the levels you imported were honoured, and of what."""
    read, groups = choice(mode, MODES, "option --mode"), choice(by, ABOUT_SITES, "option --by")
    with open_catalogue() as connection:
        found = honour_imported(
            connection, corpus, agents=agent_set(agents, load_agents(connection)), by=groups, extent=extent,
            partial_counts=partial, mode=read, source=source, as_sample=as_sample, draws=draws, seed=seed,
        )  # fmt: skip
    if as_json:
        emit(found, True)
        return
    emit(found.model_dump(exclude={"rows"}), False)
    emit_rows([row.model_dump() for row in found.rows])


@import_app.command("consent")
def import_consent_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the aggregates of a corpus audit, then build the catalogue again."""
    target = out or home() / "imports" / "consent-in-crisis"
    imported(import_consent(path, target), rebuild=out is None, as_json=as_json)


@import_app.command("hasdata")
def import_hasdata_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read HasData's panel of blocked crawlers, then build the catalogue again."""
    imported(import_hasdata(path, out or home() / "imports" / "hasdata"), rebuild=out is None, as_json=as_json)


@import_app.command("publishers")
def import_publishers_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read monthly levels of 20 publishers, then build the catalogue again; they are never shipped."""
    target = out or home() / "imports" / "publisher-robots"
    imported(import_publishers(path, target), rebuild=out is None, as_json=as_json)


@import_app.command("robots-2019")
def import_robots_2019_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read real robots.txt of July 2019 as levels, then build the catalogue again; they are never shipped."""
    imported(import_robots_2019(path, out or home() / "imports" / "robots-2019"), rebuild=out is None, as_json=as_json)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _table(rows: Sequence[BaseModel], as_json: bool) -> None:
    emit(rows, True) if as_json else emit_rows([row.model_dump() for row in rows])
