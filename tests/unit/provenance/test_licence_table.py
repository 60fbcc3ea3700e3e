"""The table of classes: complete, searchable, its oddities found by rule and only where they are."""

from __future__ import annotations

import pytest

from governance.provenance.licence_table import LicenceRow, class_oddities, find_licences, licence_table


def row(name, use="commercial", attribution=True, share_alike=False, **rest):
    fields = {"spdx": None, "kind": "licence", "known": True, "basis": "", "url": None, "datasets": 1, "anywhere": 1}
    return LicenceRow(id=name, name=name, use=use, attribution=attribution, share_alike=share_alike, **fields | rest)


@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_table_has_every_licence_and_counts_datasets(connection, snapshot):
    table = licence_table(connection, snapshot)
    count = connection.execute("SELECT count(*) FROM licence WHERE snapshot = ?", [snapshot]).fetchone()[0]
    assert len(table) == count
    assert [one.datasets for one in table] == sorted((one.datasets for one in table), reverse=True)
    openai = next(one for one in table if one.id == "OpenAI")
    (stated,) = connection.execute(
        "SELECT count(DISTINCT dataset_id) FROM dataset_licence "
        "WHERE snapshot = ? AND host = 'audit' AND licence_id = 'OpenAI'",
        [snapshot],
    ).fetchone()
    assert openai.datasets == stated > 0
    assert openai.anywhere >= openai.datasets


def test_search_finds_by_name_code_and_class(connection):
    table = licence_table(connection)
    assert {one.id for one in find_licences(table, "CC-BY-NC-SA-4.0")} == {"CC BY-NC-SA 4.0"}
    assert all(one.use == "academic_only" for one in find_licences(table, "academic_only"))
    assert find_licences(table, "  ") == table
    assert find_licences(table, "zzqq") == ()


def test_known_oddities_of_the_audit_are_found(connection):
    found = {(odd.kind, key) for odd in class_oddities(licence_table(connection)) for key in odd.licences}
    assert found >= {
        ("no_licence_is_free", "No License"),
        ("unclear_has_a_class", "Unclear"),
        ("same_licence_classed_apart", "MIT"),
        ("same_licence_classed_apart", "MIT License"),
        ("version_classed_apart", "CC BY-NC-SA"),
        ("share_alike_not_marked", "CC BY-NC-SA"),
        ("no_derivatives_is_free", "CC BY-ND 4.0"),
        ("free_without_duties", "LMSYS-Chat-1M Dataset License"),
    }
    assert not {key for _, key in found} & {"Apache License 2.0", "CC BY 4.0", "CC0 1.0", "Public Domain", "OpenAI"}


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        pytest.param([row("MIT", spdx="MIT"), row("MIT License", spdx="MIT")], [], id="same-class"),
        pytest.param(
            [row("MIT", spdx="MIT", attribution=False), row("MIT License", spdx="MIT")],
            ["same_licence_classed_apart"],
            id="other-duty",
        ),
        pytest.param([row("X ND 2", use="noncommercial")], [], id="no-derivatives-not-free"),
        pytest.param([row("No License", known=False)], [], id="rule-default-is-no-oddity"),
        pytest.param([row("CC BY-SA", share_alike=None)], [], id="unclear-flag-counts-as-yes"),
        pytest.param([row("LGPL 3.0", spdx="LGPL-3.0-only")], ["share_alike_not_marked"], id="copyleft"),
        pytest.param([], [], id="empty"),
        pytest.param(
            [
                row("custom:http://a.example/~x/terms", kind="custom", url="http://a.example/~x/terms"),
                row("custom:http://b.example/~x/terms", use="noncommercial", kind="custom", url="http://b.example/~x/terms"),
            ],
            ["same_page_classed_apart"],
            id="one-page-two-addresses",
        ),
    ],
)  # fmt: skip
def test_oddities_are_found_where_they_are(rows, kinds):
    assert [odd.kind for odd in class_oddities(rows)] == kinds


def test_hostile_names_do_not_break_the_checks():
    names = ["<script>", "=HYPERLINK(1)", "\u202egnp", "x" * 10_000, "a\x00b", "[x](javascript:1)", ""]
    assert class_oddities([row(name) for name in names]) == ()
