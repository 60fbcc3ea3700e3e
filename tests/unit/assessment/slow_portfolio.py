"""The portfolio worked out one record at a time: what the fast way must equal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from governance.assessment.coverage import ALL, PARTIES_SHOWN, category_groups, coverage_of
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    Answer,
    Assessment,
    Evidence,
    Remark,
    RiskAnswer,
    System,
)
from governance.assessment.standing import HORIZON, Gap, Part, Review, standing
from governance.records.documents import documents


def slow_portfolio(bench, framework, today):
    """Give the standings and the cells of all systems."""
    systems = [System.model_validate(one.body) for one in documents(bench, SYSTEM)]
    standings, cells = [], {}
    for system in systems:
        known = [Assessment.model_validate(one.body) for one in documents(bench, ASSESSMENT, system.id)]
        parts = []
        for form in ("social_impact", "risk"):
            counting = [one for one in known if one.form == form and one.state != "withdrawn"]
            if counting:
                newest = max(counting, key=lambda one: one.number)
                signed = [one for one in counting if one.state == "signed" and one.signatures][-1:]
                part = _social if form == "social_impact" else _risk
                found = part(bench, framework, system, newest, today, cells)
                under = [(one.signatures[-1].at.date(), one.system_version) for one in signed]
                parts.append(replace(found, signed=under[0] if under else None))
        standings.append(standing(system, parts, today))
    return sorted(standings, key=lambda one: (one.system.name.casefold(), one.system.id)), cells


def _social(bench, framework, system, assessment, today, cells):
    answers = {one.item: one for one in _read(bench, ANSWER, assessment.id, Answer)}
    groups = category_groups(framework, system.modalities)
    coverage = coverage_of(answers.values(), groups)
    for group in (*coverage.groups, coverage.total):
        for party in (ALL, *PARTIES_SHOWN):
            counts = group.of(party)
            if group.items and (counts.assessed or party == ALL):
                cells[system.id, group.id, party] = (group.items, group.not_applicable, group.not_assessed, counts)
    order = [item for group in groups for item in group.items]
    shown = {item: answers.get(item, Answer(item=item)) for item in order}
    looked = {item: one for item, one in shown.items() if one.status in ("found", "none_found")}
    days = sorted(
        {one.review_by for one in shown.values() if one.review_by and (one.review_by - today).days <= HORIZON}
    )
    return Part(
        assessment=assessment,
        items=len(order),
        not_applicable=coverage.total.not_applicable,
        assessed=len(looked),
        found=coverage.total.all.found,
        open=_gaps(groups, {item for item, one in shown.items() if one.status == "not_assessed"}),
        bare=_gaps(groups, {item for item, one in looked.items() if not one.evidence}),
        reviews=tuple(_review(day, [item for item in order if shown[item].review_by == day]) for day in days),
        old=_old(bench, system, today, {item: set(shown[item].evidence) for item in order}),
        requests=_requests(bench, assessment),
    )


def _risk(bench, framework, system, assessment, today, cells):
    answers = {one.item: one for one in _read(bench, ANSWER, assessment.id, RiskAnswer)}
    gaps, rests = [], {}
    for section in framework.sections:
        said = answers.get(section.id, RiskAnswer(item=section.id))
        missing = [one.id for one in section.fields if one.required and said.values.get(one.id) in (None, "", [])]
        if missing:
            gaps.append(Gap(group=section.id, title=section.title, n=len(missing), item=section.id))
        inside = [one for value in said.values.values() if isinstance(value, list) for one in value]
        rests[section.id] = {*said.evidence, *inside}
    day = answers["R5"].values.get("reassess_by") if "R5" in answers else None
    return Part(
        assessment=assessment,
        items=len(framework.sections),
        assessed=len(framework.sections) - len(gaps),
        open=tuple(gaps),
        old=_old(bench, system, today, rests),
        requests=_requests(bench, assessment),
        reassess_by=day and date.fromisoformat(day),
        triggers=tuple(noted.date() for noted in _noted(bench, assessment)),
    )


def _noted(bench, assessment):
    signed = assessment.signatures[-1].at if assessment.state == "signed" and assessment.signatures else None
    return [one.created for one in documents(bench, "trigger", assessment.id) if signed and one.created > signed]


def _read(bench, kind, parent, model):
    return [model.model_validate(one.body) for one in documents(bench, kind, parent)]


def _gaps(groups, lacking):
    found = []
    for group in groups:
        items = [item for item in group.items if item in lacking]
        if items:
            found.append(Gap(group=group.id, title=group.title, n=len(items), item=items[0]))
    return tuple(found)


def _review(day, items):
    return Review(day=day, n=len(items), item=items[0])


def _requests(bench, assessment):
    remarks = _read(bench, REMARK, assessment.id, Remark)
    return sum(one.kind == "request" and not one.resolved for one in remarks)


def _old(bench, system, today, rests):
    out = [one for one in system.versions if one.released is None or one.released <= today]
    if not out:
        return None
    newest, names = out[-1], [one.version for one in system.versions]
    old = set()
    for document in documents(bench, EVIDENCE, system.id):
        one = Evidence.model_validate(document.body)
        day = one.effective or document.created.date()
        late = bool(newest.released and day < newest.released and one.system_version != newest.version)
        if one.system_version in names:
            late = late or names.index(one.system_version) < names.index(newest.version)
        if late:
            old.add(one.id)
    used = old & {key for keys in rests.values() for key in keys}
    if not used:
        return None
    first = next(item for item, keys in rests.items() if keys & used)
    return Gap(group=ALL, title="", n=len(used), item=first)
