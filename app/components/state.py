"""What a process keeps between reruns: the open stores and the loaded datasets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import duckdb
import streamlit as st
from pydantic import TypeAdapter

from app import auth
from governance.assessment.framework import Framework, load_framework
from governance.assessment.portfolio import Portfolio, portfolio
from governance.catalogue.connect import catalogue_path, catalogue_version, open_catalogue
from governance.compute.history import History
from governance.compute.history_files import read_history, write_history
from governance.compute.models import Models, load_models
from governance.compute.own_models import OwnModel, own_models
from governance.compute.results import ScenarioResult, Spread
from governance.compute.rules import CountingRule, load_rules
from governance.compute.scenario import assess_scenario, total_spread
from governance.compute.thresholds import Instrument, load_instruments
from governance.compute.what_if_table import WhatIfTable, what_if_table
from governance.consent.agents import Agent, load_agents
from governance.consent.own_agents import own_agents
from governance.evaluation.formats.sets import evaluation_sets, open_set, own_cards
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.vocabulary import Format
from governance.provenance.datasets import Datasets, load_datasets
from governance.provenance.own_policies import find_policy, own_policies
from governance.provenance.policies import POLICIES, Policy
from governance.records.audit import head
from governance.records.store import Workbench

_OWN: TypeAdapter[tuple[OwnModel, ...]] = TypeAdapter(tuple[OwnModel, ...])


@st.cache_resource(show_spinner=False, max_entries=2)
def _catalogue_at(path: str) -> duckdb.DuckDBPyConnection:
    return open_catalogue()


def catalogue() -> duckdb.DuckDBPyConnection:
    """Give the process's one connection to the catalogue; a rebuilt catalogue is opened anew."""
    return _catalogue_at(str(catalogue_path()))


def cursor() -> duckdb.DuckDBPyConnection:
    """Give a cursor of its own to one script run or one request."""
    return catalogue().cursor()


@st.cache_resource(show_spinner=False)
def _version_at(path: str) -> str:
    return catalogue_version(cursor())


def version() -> str:
    """Give the version of the catalogue in use."""
    return _version_at(str(catalogue_path()))


class Law(NamedTuple):
    """The instruments of the catalogue and the rules they count by."""

    instruments: tuple[Instrument, ...]
    rules: tuple[CountingRule, ...]


@st.cache_resource(show_spinner=False, max_entries=2)
def _law_at(catalogue_at: str) -> Law:
    return Law(load_instruments(cursor()), load_rules(cursor()))


def law() -> Law:
    """Give the instruments and counting rules of the catalogue in use."""
    return _law_at(version())


@st.cache_resource(show_spinner=False, max_entries=2)
def _framework_at(catalogue_at: str) -> Framework:
    return load_framework(cursor())


def framework() -> Framework:
    """Give the forms of the catalogue in use."""
    return _framework_at(version())


@st.cache_resource(show_spinner="Reading where the systems stand", max_entries=4)
def _portfolio_at(store: str, changes: str, today: date, catalogue_at: str) -> Portfolio:
    return portfolio(workbench(), framework(), today)


def standings(today: date) -> Portfolio:
    """Give where all systems stand on a day; read again once anything in the workbench changed.

    Raises:
        NotAllowed: Whoever looks may not read here.
    """
    bench = workbench()
    return _portfolio_at(str(bench.file), head(bench).hash, today, version())


def workbench() -> Workbench:
    """Give what users saved, with whoever looks at the page, or sent the request, at work in it."""
    return auth.workbench()


@st.cache_resource(show_spinner="Loading the datasets", max_entries=12)
def _datasets_at(snapshot: str, policy_json: str, catalogue_at: str) -> Datasets:
    return load_datasets(cursor(), snapshot, Policy.model_validate_json(policy_json))


def agents() -> tuple[Agent, ...]:
    """Give the known crawlers, the user's own among them."""
    return load_agents(cursor(), own_agents(workbench()))


def policies() -> dict[str, Policy]:
    """Give the shipped policies and the user's own, by id."""
    return {**POLICIES, **own_policies(workbench())}


def policy(policy_id: str) -> Policy:
    """Find a policy; the workbench is read only for one of the user's own.

    Raises:
        NotFound: There is no such policy.
    """
    return POLICIES[policy_id] if policy_id in POLICIES else find_policy(workbench(), policy_id)


def datasets_for(snapshot: str = "current", policy_id: str = "audit") -> Datasets:
    """Give all datasets of a snapshot, read under a policy.

    Raises:
        NotFound: There is no such policy.
    """
    return _datasets_at(snapshot, policy(policy_id).model_dump_json(), version())


@st.cache_data(show_spinner="Drawing the training compute", max_entries=100)
def _assessed(history_text: str, as_of: date, seed: int, catalogue_at: str) -> ScenarioResult:
    return assess_scenario(read_history(history_text), *law(), as_of, seed=seed)


def assessed(history: History, as_of: date, seed: int) -> ScenarioResult:
    """Judge a history under every instrument; the same inputs are judged once."""
    return _assessed(write_history(history), as_of, seed, version())


@st.cache_data(show_spinner=False, max_entries=100)
def _spread(history_text: str, rule_id: str, seed: int, catalogue_at: str) -> Spread | None:
    rule = next(one for one in law().rules if one.id == rule_id)
    return total_spread(read_history(history_text), rule, seed=seed)


def spread_under(history: History, rule_id: str, seed: int) -> Spread | None:
    """Give how the total under a rule spreads."""
    return _spread(write_history(history), rule_id, seed, version())


@st.cache_data(show_spinner="Working out the what-ifs", max_entries=50)
def _what_ifs(history_text: str, asked: str, as_of: date, seed: int, catalogue_at: str) -> WhatIfTable:
    history, chosen = read_history(history_text), json.loads(asked)
    return what_if_table(history, *law(), as_of, seed=seed, asked=chosen)


def what_ifs_of(history: History, asked: Mapping[str, Mapping[str, float]], as_of: date, seed: int) -> WhatIfTable:
    """Judge a history beside its what-ifs; the same question is answered once."""
    return _what_ifs(write_history(history), json.dumps(asked), as_of, seed, version())


@st.cache_resource(show_spinner="Loading the models", max_entries=4)
def _models_at(own: str, catalogue_at: str) -> Models:
    return load_models(cursor(), _OWN.validate_json(own))


def models() -> Models:
    """Give all models, the user's own beside the published ones."""
    return _models_at(_OWN.dump_json(own_models(workbench())).decode(), version())


@st.cache_resource(show_spinner=False, max_entries=2)
def _shipped_sets_at(catalogue_at: str) -> tuple[SetCard, ...]:
    return evaluation_sets(cursor())


def set_cards(format: Format | None = None) -> tuple[SetCard, ...]:
    """List the sets of battles, scores or predictions: shipped and imported, then the user's own and pools."""
    shipped = tuple(card for card in _shipped_sets_at(version()) if format in (None, card.format))
    return (*shipped, *own_cards(workbench(), format))


@st.cache_resource(show_spinner="Reading the rows", max_entries=8)
def _set_at(set_id: str, data_version: str, store: str) -> EvaluationSet:
    return open_set(cursor(), set_id, workbench())


def opened_set(card: SetCard) -> EvaluationSet:
    """Give a set with its rows; they are read once a version."""
    store = str(workbench().file) if card.origin == "user" else str(catalogue_path())
    return _set_at(card.id, card.version, store)
