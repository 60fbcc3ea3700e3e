"""Every public function of assessments over the workbench, asked by every role: generated, so that none is left out.

What a function needs is told by its shape: what takes no time reads, what takes one writes; `MINIMUM` has the
exceptions. Arguments are found by the names of the parameters.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import governance.assessment
import governance.records
from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.cases import save_case
from governance.assessment.citing import cite
from governance.assessment.coverage import category_groups
from governance.assessment.crosswalk import edit_mapping, load_crosswalk
from governance.assessment.crosswalk_records import MappingEdit
from governance.assessment.evidence import About, add_file
from governance.assessment.example import load_example
from governance.assessment.framework import load_framework
from governance.assessment.own_risk_rules import save_risk_rule
from governance.assessment.records import Answer, Figure, RiskAnswer, System, SystemVersion
from governance.assessment.remarks import request_change
from governance.assessment.reopening import TriggerNote
from governance.assessment.risk_rule import DEFAULT_RULE
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.studies import save_study
from governance.assessment.study_records import Case, Study
from governance.assessment.systems import save_system
from governance.errors import NotAllowed
from governance.records import store
from governance.records.accounts import save_person
from governance.records.copies import fingerprint
from governance.records.people import ROLES, Actor
from governance.records.store import FILE_NAME, Workbench, open_workbench

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ADMIN = Actor(email="ana", name="Ana", role="admin")
WRITER = Actor(email="bo", name="Bo", role="contributor")
DEE = Actor(email="dee", name="Dee", role="contributor")
"""Who asks, in every role."""
ASKING = ("nobody", *ROLES)
MINIMUM = {
    "remarks.request_change": "reviewer",
    "remarks.give_opinion": "reviewer",
    "states.sign": "reviewer",
    "headers.reading": "viewer",
}
OF_OTHERS = {"remarks.resolve", "states.return_to_draft", "states.withdraw"}
"""A contributor may, where it is their own; here it is somebody else's."""
STUDY = Study(
    title="A study", threat_model="TM1", method="red_team", finding="Nothing.", direction="no_detectable_increase"
)
CASE = Case(title="Publish an app", task="An agent publishes an app in a store")
EDIT = MappingEdit(item="B1.1", framework="ISO", target="A.8.3", basis="both ask for it")
TRAIL = {"audit", "audit_head"}


def walk() -> dict[str, Any]:
    """Find every public function of the package that takes a workbench first."""
    found = {}
    for module in pkgutil.iter_modules(governance.assessment.__path__, "governance.assessment."):
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if function.__module__ == loaded.__name__ and first == "workbench" and not name.startswith("_"):
                found[f"{module.name.rpartition('.')[2]}.{name}"] = function
    return found


FUNCTIONS = walk()


def minimum(name: str) -> str:
    """Say which role a function needs."""
    if name in MINIMUM:
        return MINIMUM[name]
    if name in OF_OTHERS:
        return "reviewer"
    writes = {"now", "work"} & set(inspect.signature(FUNCTIONS[name]).parameters)
    return "contributor" if writes else "viewer"


@dataclass
class World:
    """A workbench with one of everything, and values by the names of parameters."""

    bench: Workbench
    values: dict[str, Any] = field(default_factory=dict)
    special: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, name: str, role: str) -> object:
        """Call a function as somebody of a role, and read all that it gives."""
        function = FUNCTIONS[name]
        known = {**self.values, **self.special.get(name, {})}
        given, named = [], {}
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.name in self.special.get(name, {}) or parameter.default is inspect.Parameter.empty:
                assert parameter.name in known, f"say in this test what {name} takes as {parameter.name}"
                if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                    named[parameter.name] = known[parameter.name]
                elif parameter.default is inspect.Parameter.empty:
                    given.append(known[parameter.name])
                else:
                    named[parameter.name] = known[parameter.name]
        actor = DEE.model_copy(update={"role": None if role == "nobody" else role})
        result = function(self.bench.acting(actor), *given, **named)
        if isinstance(result, AbstractContextManager):
            with result as inner:
                return inner
        return list(result) if isinstance(result, Iterator) else result

    def marks(self) -> dict[str, tuple[int, int]]:
        """Count and hash every table but the trail."""
        found = fingerprint(self.bench.connection, Path(FILE_NAME).stem)
        return {table: mark for table, mark in found.items() if table not in TRAIL}

    def trail(self) -> list[tuple[Any, ...]]:
        """Give the actor and action of every row of the trail."""
        return self.bench.connection.cursor().execute("SELECT actor, action FROM audit ORDER BY seq").fetchall()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, connection_of_module):
    """Make a workbench with one of everything, closed, and the values that name its parts."""
    folder = tmp_path_factory.mktemp("matrix")
    framework = load_framework(connection_of_module)
    about = About(title="A report")
    model = connection_of_module.cursor().execute("SELECT id FROM model ORDER BY id LIMIT 1").fetchall()[0][0]
    with open_workbench(folder, NOW, ADMIN) as admin:
        for person in (ADMIN, WRITER):
            save_person(admin, person, NOW)
        bench = admin.acting(WRITER)
        system = System(id="acme-chat", name="Acme Chat", versions=(SystemVersion(version="1.0"),), owner="Acme")
        held = save_system(bench, system, NOW)
        draft = start_assessment(bench, "acme-chat", "social_impact", framework, NOW).record.id
        risk = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
        found = Answer(item="B1.1", status="found", finding="A gap", method="BBQ", party="first")
        save_answer(bench, draft, found, framework, NOW)
        for system_id in ("beta-chat", "gamma-chat", "delta-chat"):
            save_system(bench, system.model_copy(update={"id": system_id, "name": system_id}), NOW)
        reviewed, signed = (
            start_assessment(bench, name, "social_impact", framework, NOW).record.id
            for name in ("beta-chat", "gamma-chat")
        )
        for assessment_id in (reviewed, signed):
            save_answer(bench, assessment_id, found, framework, NOW)
            submit(bench, assessment_id, NOW)
        sign(admin, signed, digest_of(bench, signed), NOW)
        remark = request_change(admin, draft, "See B2", NOW, "B1.1").document
        evidence = add_file(bench, "acme-chat", b"A report\n", about, NOW).id
        cited = add_file(bench, "acme-chat", b"Another report\n", about, NOW).id
        cite(bench, draft, "B1.1", cited, framework, NOW)
        digest = digest_of(bench, reviewed)
        study = save_study(bench, STUDY, NOW)
        case = save_case(bench, CASE, NOW)
        rule = save_risk_rule(bench, DEFAULT_RULE.model_copy(update={"id": "ours", "title": "Ours"}), NOW)
        crosswalk = load_crosswalk(connection_of_module)
        edit_mapping(bench, crosswalk, EDIT, NOW)
        assessment = next(one for one in governance.assessment.assessments.assessments(bench) if one.record.id == draft)
    values = {
        "now": NOW, "text": "words", "content": b"A report\nof two lines\n", "name": "Another", "revision": 1,
        "framework": framework, "assessment_id": draft, "answer": found, "item": "B1.1", "section": "R1",
        "system_id": "acme-chat", "form": "risk", "assessment": assessment.record, "reason": "a new release",
        "evidence_id": evidence, "url": "https://example.org/a", "about": about, "record": ("model", model),
        "opinion": "agree", "remark_id": remark, "digest": digest, "system": held.record,
        "version": SystemVersion(version="2.0"), "connection": connection_of_module, "today": NOW.date(),
        "figure": Figure(name="Share", value=0.5, catalogue="c", source="here", address="/hosts"),
        "study": STUDY, "study_id": study.id, "case": CASE, "case_id": case.id, "rule": rule, "rule_id": rule.id,
        "crosswalk": load_crosswalk(connection_of_module), "edit": EDIT, "target": EDIT.target, "first": draft,
        "second": reviewed, "kind": "system", "record_id": "acme-chat", "before": 1, "values": {"severity": "minor"},
        "systems": {}, "current": {}, "groups_for": lambda shape: category_groups(framework, shape),
        "note": TriggerNote(trigger="incident", note="A report"),
    }  # fmt: skip
    special = {
        "citing.uncite": {"evidence_id": cited},
        "own_risk_rules.find_risk_rule": {"name": "ours"},
        "crosswalk.edit_mapping": {"revision": 1},
        "crosswalk.reset_mapping": {"framework": EDIT.framework},
        "studies.save_study": {"study_id": study.id, "revision": 1},
        "cases.save_case": {"case_id": case.id, "revision": 1},
        "changes.changes_since_signed": {"assessment_id": signed},
        "reopening.note_trigger": {"assessment_id": risk},
        "reopening.trigger_notes": {"assessment_id": risk},
        "risk_record.read_risk": {"assessment_id": risk},
        "risk_record.write_section": {"assessment_id": risk, "section": "R2"},
        "answers.save_risk_answer": {"assessment_id": risk, "answer": RiskAnswer(item="R1")},
        "answers.risk_answers": {"assessment_id": risk},
        "answers.risk_answer_versions": {"assessment_id": risk},
        "systems.save_system": {"revision": 1},
        "systems.delete_system": {"system_id": "delta-chat"},
        "assessments.start_assessment": {"system_id": "beta-chat"},
        "assessments.new_version": {"assessment_id": signed},
        "evidence_age.aged_evidence": {"version": "1.0"},
        "states.sign": {"assessment_id": reviewed},
        "states.return_to_draft": {"assessment_id": reviewed},
        "remarks.give_opinion": {"assessment_id": reviewed},
        "remarks.request_change": {"assessment_id": reviewed},
        "remarks.comment": {"assessment_id": reviewed},
        "states.digest_of": {"assessment_id": reviewed},
    }
    return folder, values, special


@pytest.fixture(scope="module")
def world(prepared, tmp_path_factory):
    """Open a copy once, for calls that change nothing."""
    with opened(prepared, tmp_path_factory.mktemp("shared")) as copy:
        yield copy


@pytest.fixture
def fresh(prepared, tmp_path):
    """Open a copy, for one call that changes it."""
    with opened(prepared, tmp_path) as copy:
        yield copy


@contextmanager
def opened(prepared, folder):
    made, values, special = prepared
    for name in (FILE_NAME, f"{Path(FILE_NAME).stem}.head"):
        shutil.copyfile(made / name, folder / name)
    with open_workbench(folder, NOW, ADMIN) as bench:
        yield World(bench, values, special)


@pytest.fixture(scope="module")
def connection_of_module(catalogue_home):
    """Open the catalogue for the whole module."""
    from governance.catalogue.connect import open_catalogue

    with open_catalogue(catalogue_home) as opened:
        yield opened


def pairs(allowed: bool) -> list[Any]:
    """Give functions with roles that may call them, or that may not."""
    return [
        pytest.param(name, role, id=f"{name}-{role}")
        for name in sorted(FUNCTIONS)
        for role in ASKING
        if (ASKING.index(role) >= ASKING.index(minimum(name))) == allowed
    ]


@pytest.mark.parametrize(("name", "role"), pairs(allowed=False))
def test_a_denied_call_changes_nothing_and_is_noted(world, name, role, monkeypatch):
    monkeypatch.setattr(store, "_refused_lately", lambda *_: [])  # how many a minute are noted has its own test
    before, rows = world.marks(), world.trail()
    with pytest.raises(NotAllowed, match=r"may not|no role|did not|another one"):
        world.call(name, role)
    assert world.marks() == before
    assert world.trail() == [*rows, ("local:dee", "refused")]


@pytest.mark.parametrize(("name", "role"), [one for one in pairs(allowed=True) if minimum(one.values[0]) == "viewer"])
def test_reading_is_open_to_every_role_and_changes_nothing(world, name, role):
    before, rows = world.marks(), world.trail()
    world.call(name, role)
    assert (world.marks(), world.trail()) == (before, rows)


@pytest.mark.parametrize(
    ("name", "role"),
    [one for one in pairs(allowed=True) if minimum(one.values[0]) == one.values[1] != "viewer"],
)
def test_the_role_that_a_change_needs_is_enough(fresh, name, role):
    if name == "example.remove_example":
        load_example(fresh.bench, fresh.values["connection"], NOW)
    rows = fresh.trail()
    fresh.call(name, role)
    added = fresh.trail()[len(rows) :]
    assert {actor for actor, _ in added} == {"local:dee"}
    assert "refused" not in {action for _, action in added}


def test_the_matrix_is_not_empty():
    assert len(FUNCTIONS) > 40
    assert {"states.sign", "systems.save_system", "answers.save_answer", "evidence.add_file"} <= set(FUNCTIONS)
    assert set(MINIMUM) | OF_OTHERS <= set(FUNCTIONS)
