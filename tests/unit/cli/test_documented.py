"""Parity: a verb is a public function, a route is described and used by a verb, and all of it is documented."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from pathlib import Path

import pytest

from app import api
from app.openapi import openapi
from governance import (
    cli,
    cli_assess,
    cli_backtest,
    cli_benchmarks,
    cli_claims,
    cli_compute,
    cli_consent,
    cli_corpus,
    cli_evaluation,
    cli_evidence,
    cli_footprint,
    cli_governance,
    cli_hardware,
    cli_labs,
    cli_languages,
    cli_own_sources,
    cli_papers,
    cli_people,
    cli_portfolio,
    cli_prompts,
    cli_rate,
    cli_reach,
    cli_reports,
    cli_review,
    cli_risk,
    cli_robustness,
    cli_scenarios,
    cli_terms,
    cli_trace,
)
from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import SORTS
from governance.compute.model_selection import MODEL_FACETS, MODEL_SORTS
from governance.exports.formats import FORMATS
from governance.provenance.policies import POLICIES
from tools.cli_docs import FILE, render, verbs

DOMAINS = (
    "governance.catalogue",
    "governance.evaluation",
    "governance.consent",
    "governance.assessment",
    "governance.provenance",
    "governance.compute",
    "governance.research",
    "governance.evaluation",
    "governance.consent",
    "governance.evaluation",
    "governance.records",
    "governance.exports",
    "governance.assessment",
    "governance.research",
)
ABOUT_THE_SERVER = {"health", "describe"}
"""Routes that tell of the server itself; no verb needs them."""

README = (FILE.parents[1] / "README.md").read_text(encoding="utf-8")
MANUAL = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
HELP = dict(verbs())


@cache
def functions_of(module):
    return {
        node.name: node
        for node in ast.parse(Path(module.__file__).read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def library_calls(module, function):
    """Give the public library functions that a function names, looking through the module's own helpers."""
    own, found, seen, todo = functions_of(module), set(), set(), [function]
    while todo:
        for node in ast.walk(own[todo.pop()]):
            if not isinstance(node, ast.Name) or node.id in seen:
                continue
            seen.add(node.id)
            value = getattr(module, node.id, None)
            if node.id in own and node.id.startswith("_"):
                todo.append(node.id)
            elif inspect.isfunction(value) and value.__module__.startswith(DOMAINS):
                found.add(value)
    return found


def is_verb(node):
    called = [part.func for part in node.decorator_list if isinstance(part, ast.Call)]
    return any(isinstance(part, ast.Attribute) and part.attr in ("command", "callback") for part in called)


VERB_MODULES = (
    cli,
    cli_assess,
    cli_backtest,
    cli_benchmarks,
    cli_claims,
    cli_compute,
    cli_consent,
    cli_corpus,
    cli_evaluation,
    cli_evidence,
    cli_footprint,
    cli_governance,
    cli_hardware,
    cli_labs,
    cli_languages,
    cli_own_sources,
    cli_papers,
    cli_people,
    cli_portfolio,
    cli_prompts,
    cli_rate,
    cli_reach,
    cli_reports,
    cli_review,
    cli_risk,
    cli_robustness,
    cli_scenarios,
    cli_terms,
    cli_trace,
)
VERB_FUNCTIONS = [
    (module, name) for module in VERB_MODULES for name, node in functions_of(module).items() if is_verb(node)
]
GROUPS_THAT_LIST = (
    "benchmarks",
    "papers",
    "lists",
    "policies",
    "models",
    "scenarios",
    "compute rules",
    "chips",
    "review case",
    "risk rule",
    "consent agents",
    "sets",
)
PLUMBING = {"open_catalogue", "open_workbench", "choice", "home"}


@pytest.mark.parametrize(("module", "name"), VERB_FUNCTIONS)
def test_a_verb_is_a_documented_public_function(module, name):
    calls = {call for call in library_calls(module, name) if call.__name__ not in PLUMBING}
    assert calls, "a verb does no work of its own"
    assert all(inspect.getdoc(call) and not call.__name__.startswith("_") for call in calls)


def test_every_verb_was_looked_at():
    groups = {name for name in HELP if any(other.startswith(f"{name} ") for other in HELP)}
    callbacks = sum(f"touchstone {name}" in HELP for name in GROUPS_THAT_LIST)
    assert len(VERB_FUNCTIONS) == len(set(HELP) - groups) + callbacks


@pytest.mark.parametrize("route", api.ROUTES[:-1], ids=lambda route: route.path)
def test_a_route_is_described_and_calls_what_a_verb_calls(route):
    (method,) = route.methods - {"HEAD"}
    described = openapi()["paths"][route.path.replace(":path", "")][method.lower()]
    assert described["summary"]
    assert inspect.getdoc(route.endpoint)
    if route.endpoint.__name__ not in ABOUT_THE_SERVER:
        assert called(route.endpoint) & used_by_verbs()


@cache
def used_by_verbs():
    """Give the public library functions that some verb calls."""
    return {call for module, name in VERB_FUNCTIONS for call in library_calls(module, name)}


def called(endpoint):
    """Give the public library functions that a route calls, wherever it is written."""
    calls = library_calls(sys.modules[endpoint.__module__], endpoint.__name__)
    return {call for call in calls if call.__name__ not in PLUMBING}


@pytest.mark.parametrize("verb", [name for name in HELP if name != "touchstone"])
def test_every_verb_is_documented(verb):
    assert verb in README or f"\n## {verb}\n" in MANUAL


def test_every_verb_and_option_says_what_it_is_for():
    for verb, text in HELP.items():
        said = text.partition("\n\n")[2].partition("\n\n")[0].strip()
        assert said.endswith("."), verb
        for line in text.partition("Options:\n")[2].partition("\n\n")[0].splitlines():
            flag, _, meaning = line.strip().partition("  ")
            assert not flag.startswith("--") or meaning or line == line.rstrip(), (verb, line)


@pytest.mark.parametrize("facet", DATASET_FACETS, ids=lambda facet: facet.field)
def test_every_facet_is_documented(facet):
    flag = f"--{facet.field.replace('_', '-')} "
    for verb in ("touchstone datasets", "touchstone lists save", "touchstone export"):
        assert flag in HELP[verb]
    assert flag in MANUAL


@pytest.mark.parametrize("facet", MODEL_FACETS, ids=lambda facet: facet.field)
def test_every_facet_of_models_is_documented(facet):
    assert f"--{facet.field.replace('_', '-')} " in HELP["touchstone models"]


@pytest.mark.parametrize("word", [*SORTS, *MODEL_SORTS, *FORMATS])
def test_every_setting_is_documented(word):
    assert word in MANUAL


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.id)
def test_every_policy_says_what_it_does(policy):
    assert policy.help.endswith(".")


def test_the_manual_is_what_the_verbs_say_of_themselves():
    assert render() == MANUAL, "run .venv/bin/python tools/cli_docs.py"
