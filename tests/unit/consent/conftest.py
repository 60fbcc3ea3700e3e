"""What the tests of consent share: the published files that are not shipped."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from governance.catalogue.connect import PROJECT
from governance.records.store import open_workbench
from tests.unit.consent.small_web import NOW, empty_web, fill_web

CONSENT = PROJECT.parent / "shared" / "data" / "raw" / "consent"


@pytest.fixture(scope="session")
def consent_files() -> Path:
    """Give the folder of the published files on consent."""
    if not (CONSENT / "expected_numbers.json").is_file():
        pytest.skip("the published files on consent are not here")
    return CONSENT


@pytest.fixture(scope="session")
def robots_2019(consent_files: Path) -> dict[str, str]:
    """Give 779 real robots.txt of July 2019, by domain; their texts belong to the sites and are not shipped."""
    with gzip.open(consent_files / "robots_2019_protego_joined.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {row["domain"]: row["robots_txt"] for row in rows}


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as opened:
        yield opened


@pytest.fixture
def web(small):
    """Give datasets that derive from each other, with web sites, in a catalogue in memory."""
    fill_web(small)
    yield small
    empty_web(small.connection)
