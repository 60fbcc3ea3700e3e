"""Whether an export would come out again as it was: told before anything is written."""

from __future__ import annotations

import pytest

from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import Selection
from governance.exports.manifest import check_manifest, export_selection, read_manifest
from governance.provenance.datasets import datasets_for
from governance.provenance.policies import POLICIES


@pytest.fixture
def connection(catalogue_home):
    with open_catalogue(catalogue_home) as opened:
        yield opened


def exported(connection, folder, query="language=swh"):
    result = datasets_for(connection, Selection.from_query(query), POLICIES["audit"])
    return export_selection(connection, result, ["csv", "bibtex"], folder)


def test_unchanged_comes_out_the_same(connection, tmp_path):
    exported(connection, tmp_path)
    check = check_manifest(connection, read_manifest(tmp_path / "manifest.json"))
    assert (check.same, check.differing, check.missing_ids) == (True, (), ())
    assert check.datasets_then == check.datasets_now > 0


def test_what_would_differ_is_named(connection, tmp_path):
    made = exported(connection, tmp_path)
    first = made.files[0].model_copy(update={"sha256": "0" * 64})
    altered = made.model_copy(update={"files": (first, *made.files[1:]), "catalogue_version": "0" * 12})
    check = check_manifest(connection, altered)
    assert not check.same
    assert check.differing == (first.name,)
    assert check.catalogue_then != check.catalogue_now


def test_missing_datasets_are_named(connection, tmp_path):
    made = exported(connection, tmp_path)
    ids = made.selection.model_copy(update={"values": {}, "ids": ("withdrawn",)})
    check = check_manifest(connection, made.model_copy(update={"selection": ids}))
    assert check.missing_ids == ("withdrawn",)
    assert not check.same
    assert check.datasets_now == 0
