"""What answers say, as (label, text) rows that every report shows in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from governance.assessment.framework import Section
from governance.assessment.records import Answer, Evidence, RiskAnswer

BY_LOCAL = "local"
PARTY_WORDS = {"first": "first party", "third": "third party", "joint": "both together"}
LEVEL_WORDS = {
    0: "0, nothing reported after a search",
    1: "1, mentioned",
    2: "2, reported in part",
    3: "3, reported in enough detail to repeat",
}


def words(name: str) -> str:
    """Write a closed word as people read it.

    >>> words("not_assessed")
    'not assessed'
    """
    return name.replace("_", " ")


def number(value: float) -> str:
    """Write a number in full; nothing is rounded.

    >>> number(101.0), number(0.1), number(6e23)
    ('101', '0.1', '6e+23')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def person(actor: str | None) -> str:
    """Name somebody as the trail does, without the mark of a local name.

    >>> person("local:ana"), person("https://id.example:ana@example.org"), person(None)
    ('ana', 'ana@example.org (https://id.example)', 'not known')
    """
    if not actor:
        return "not known"
    issuer, _, name = actor.rpartition(":")
    return name if issuer in ("", BY_LOCAL) else f"{name} ({issuer})"


def social_rows(answer: Answer) -> Iterator[tuple[str, str]]:
    """Give what an answer says, without its empty fields."""
    interval = [number(one) for one in (answer.low, answer.high) if one is not None]
    rows = (
        ("Finding", answer.finding),
        ("Why it does not apply", answer.reason),
        ("Method", answer.method),
        ("Groups covered", ", ".join(answer.groups)),
        ("Languages covered", ", ".join(answer.languages)),
        ("Metric", answer.metric),
        ("Value", "" if answer.value is None else number(answer.value)),
        ("Interval", " to ".join(interval) if len(interval) == 2 else _one_end(answer.low, answer.high)),
        ("Sample size", "" if answer.n is None else number(answer.n)),
        ("Party", "" if answer.party is None else PARTY_WORDS[answer.party]),
        ("Level of reporting", "" if answer.level is None else LEVEL_WORDS[answer.level]),
        ("Evidence", ", ".join(answer.evidence)),
        ("Confidence", answer.confidence or ""),
        ("Limits", answer.limits),
        ("Mitigation", answer.mitigation),
        ("Owner", answer.owner),
        ("Review by", str(answer.review_by or "")),
    )
    return ((label, text) for label, text in rows if text)


def risk_rows(section: Section, answer: RiskAnswer) -> Iterator[tuple[str, str]]:
    """Give what a section says, in the order of its fields; fields of an older form come last."""
    known = {field.id: field.label for field in section.fields}
    for name in (*known, *sorted(set(answer.values) - set(known))):
        text = value_words(answer.values.get(name))
        if text:
            yield known.get(name, name), text
    if answer.evidence:
        yield "Evidence", ", ".join(answer.evidence)


def value_words(value: object) -> str:
    """Write the value of a field of the risk form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, str):
        return words(value) if value.replace("_", "").isalpha() and value.islower() else value
    if isinstance(value, Mapping):
        return "; ".join(f"{words(str(key))}: {value_words(one)}" for key, one in value.items())
    if isinstance(value, Sequence):
        return ", ".join(map(value_words, value))
    return str(value)


def evidence_ids(section: Section, answer: RiskAnswer) -> tuple[str, ...]:
    """Give the evidence a section names, as a whole and in its fields, each once."""
    named = [*answer.evidence]
    for field in section.fields:
        value = answer.values.get(field.id)
        if field.type == "evidence[]" and isinstance(value, list):
            named += [one for one in value if isinstance(one, str)]
    return tuple(dict.fromkeys(named))


def evidence_place(one: Evidence) -> str:
    """Say where a piece of evidence is.

    >>> evidence_place(Evidence(id="e", title="Paper", kind="link", url="https://arxiv.org/abs/2402.07827"))
    'https://arxiv.org/abs/2402.07827'
    """
    if one.kind == "link":
        return one.url
    if one.kind == "record":
        return f"{one.record_kind} {one.record_id} of catalogue {one.catalogue or 'not stated'}"
    if one.kind == "file":
        size = "" if one.size is None else f", {one.size:,} bytes"
        return f"kept file, {one.media_type or 'type not stated'}{size}"
    figure = one.figure
    if figure is None:
        return "figure"
    value = number(figure.value) if isinstance(figure.value, (int, float)) else figure.value
    return " ".join(part for part in (f"{figure.name}:", value or "unknown", figure.unit) if part)


def _one_end(low: float | None, high: float | None) -> str:
    if low is not None:
        return f"from {number(low)}"
    return f"up to {number(high)}" if high is not None else ""
