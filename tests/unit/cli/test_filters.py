"""Every facet is an option, and means the same on the command line, in the API and in a query."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import typer
from starlette.requests import Request

from app.api import list_datasets
from governance import cli
from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import SORTS, Selection
from governance.provenance.datasets import select_datasets
from governance.provenance.policies import POLICIES

pytestmark = pytest.mark.usefixtures("quick")


def api(**query):
    """Ask the API's own handler."""
    scope = {"type": "http", "method": "GET", "path": "/api/datasets", "headers": []}
    request = Request({**scope, "query_string": urlencode(query).encode()})
    return json.loads(list_datasets(request).body)


def usual_value(datasets, facet):
    """Pick a value that some datasets have and some have not."""
    if facet.kind == "range":
        known = datasets.frame[facet.column or facet.field].drop_nulls().sort()
        return f"{known[len(known) // 3]}..{known[-1 - len(known) // 3]}"
    counts = select_datasets(datasets, Selection()).facets[facet.field]
    return next(one.value for one in counts if one.value and one.count < datasets.frame.height)


@pytest.mark.parametrize("path", ["datasets", "lists save", "export"])
def test_every_facet_is_an_option(path):
    command = typer.main.get_command(cli.app)
    for name in path.split():
        command = command.commands[name]
    flags = {flag for parameter in command.params for flag in parameter.opts}
    assert {f"--{facet.field.replace('_', '-')}" for facet in DATASET_FACETS} <= flags
    assert {"--text", "--snapshot", "--policy", "--id", "--sort", "--json"} <= flags


# No robots.txt is shipped, so without an import every share of restricted sources is unknown.
@pytest.mark.parametrize(
    "facet", [one for one in DATASET_FACETS if one.field != "sources_full"], ids=lambda facet: facet.field
)
def test_a_facet_means_the_same_everywhere(touchstone, datasets_of, facet):
    value = usual_value(datasets_of(), facet)
    flag = f"--{facet.field.replace('_', '-')}"
    said = touchstone("datasets", flag, value, "--json").json
    expected = select_datasets(datasets_of(), Selection.from_query([(facet.field, value)]))
    assert [row["id"] for row in said["rows"]] == expected.frame["id"].to_list()
    assert 0 < said["total"] < datasets_of().frame.height
    answered = api(**{facet.field: value, "limit": "10000"})
    assert [row["id"] for row in answered["rows"]] == [row["id"] for row in said["rows"]]
    assert answered["selection"] == said["selection"]


@pytest.mark.parametrize("facet", [one for one in DATASET_FACETS if one.kind != "range"], ids=lambda one: one.field)
def test_values_of_one_facet_are_alternatives(touchstone, datasets_of, facet):
    value = usual_value(datasets_of(), facet)
    flag = f"--{facet.field.replace('_', '-')}"
    both = touchstone("datasets", flag, value, flag, "unknown", "--limit", "0", "--json").json
    found = [touchstone("datasets", flag, one, "--limit", "0", "--json").json["total"] for one in (value, "unknown")]
    assert both["total"] == sum(found)


@pytest.mark.parametrize("sort", [sign + order for order in SORTS for sign in ("", "-")])
def test_every_order(touchstone, datasets_of, sort):
    said = touchstone("datasets", "--sort", sort, "--limit", "20", "--json").json
    expected = select_datasets(datasets_of(), Selection.from_query([("sort", sort)]))
    assert [row["id"] for row in said["rows"]] == expected.frame["id"].head(20).to_list()


@pytest.mark.parametrize("policy", list(POLICIES))
def test_every_policy_and_snapshot(touchstone, datasets_of, policy):
    words = ("--policy", policy, "--snapshot", "2023-10-25", "--licence-use", "commercial", "--limit", "0")
    said = touchstone("datasets", *words, "--json").json
    selection = Selection.build(policy=policy, snapshot="2023-10-25", values={"licence_use": ("commercial",)})
    assert said["total"] == select_datasets(datasets_of("2023-10-25", policy), selection).total


def test_ids_and_text(touchstone):
    said = touchstone("datasets", "--id", "aya-swahili", "--id", "no-such", "--text", "AYA  cohere", "--json").json
    assert [row["id"] for row in said["rows"]] == ["aya-swahili"]
    assert said["selection"]["ids"] == ["aya-swahili", "no-such"]


def test_an_empty_answer_says_which_filter_to_drop(touchstone):
    answer = touchstone("datasets", "--language", "swh", "--year", "1990..1991")
    assert answer.code == 0
    assert answer.text.startswith("nothing found\nwithout the filter year: ")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("datasets", "--licence-use", "comercial"), "no record has licence_use 'comercial'; did you mean commercial"),
        (("papers", "--theme", "consnt"), "no record has theme 'consnt'; did you mean consent?"),
        (("benchmarks", "--language", "swahilii"), "no record has language 'swahilii'; did you mean swh"),
        (("datasets", "--language", "qqqqqqqq"), "no record has language 'qqqqqqqq'\n"),
    ],
)
def test_a_value_that_no_record_has_names_the_nearest(touchstone, asked, said):
    assert said in touchstone(*asked).text


def test_ids_that_are_not_there_are_named_and_no_rows_are_no_nothing(touchstone):
    assert touchstone("papers", "--id", "aya-23", "--id", "nope").text.endswith("there is no record 'nope'\n")
    assert touchstone("papers", "--limit", "0").text.startswith("0 of 50 shown")


@pytest.mark.parametrize("use", ["academic_only", "unknown"])
def test_a_value_that_some_record_has_is_no_slip(touchstone, use):
    text = touchstone("datasets", "--language", "swh", "--licence-use", use, "--limit", "3").text
    assert "no record has" not in text
