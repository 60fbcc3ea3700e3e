"""A workbench of its own, three people, the forms, and a system to assess."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.states import submit
from governance.assessment.systems import save_system
from governance.records.people import Actor
from governance.records.store import open_workbench

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ANA = Actor(email="ana", name="Ana", role="contributor")
BO = Actor(email="bo", name="Bo", role="reviewer")
CY = Actor(email="cy", name="Cy", role="contributor")
DI = Actor(email="di", name="Di", role="reviewer")
VI = Actor(email="vi", name="Vi", role="viewer")
FOUND = Answer(item="B1.1", status="found", finding="A gap of 4 points", method="BBQ", party="first")


@pytest.fixture
def bench(tmp_path):
    """Give an empty workbench; Ana is at work."""
    with open_workbench(tmp_path, NOW, ANA) as opened:
        yield opened


@pytest.fixture(scope="session")
def framework(catalogue):
    """Give the shipped forms."""
    return load_framework(catalogue)


@pytest.fixture
def system(bench):
    """Give a saved system of one version."""
    record = System(id="acme-chat", name="Acme Chat", versions=(SystemVersion(version="1.0"),), owner="Acme")
    return save_system(bench, record, NOW)


@pytest.fixture
def draft(bench, system, framework):
    """Give a draft by Ana with one answer."""
    made = start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    save_answer(bench, made.record.id, FOUND, framework, NOW)
    return made.record.id


@pytest.fixture
def reviewed(bench, draft):
    """Give what Ana submitted."""
    return submit(bench, draft, NOW).record.id
