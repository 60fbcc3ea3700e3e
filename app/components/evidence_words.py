"""Evidence in words: what a frozen figure says, what a piece is, and how old."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from app.components.frame import number, plain
from governance.assessment.evidence import KeptEvidence
from governance.assessment.records import Evidence, Figure
from governance.assessment.staleness import UNTOLD, Flag, FlagKind
from governance.assessment.vocabulary import EvidenceKind, Party

KIND_ICONS: dict[EvidenceKind, str] = {
    "link": ":material/link:",
    "record": ":material/database:",
    "file": ":material/description:",
    "figure": ":material/finance:",
}
KIND_WORDS: dict[EvidenceKind, str] = {
    "link": "link",
    "record": "catalogue record",
    "file": "file",
    "figure": "frozen figure",
}
PARTY_WORDS: dict[Party, str] = {"first": "first party", "third": "third party", "joint": "jointly"}
FLAG_WORDS: dict[FlagKind, str] = {
    "older_than_version": "older than the version",
    "earlier_version": "about an earlier version",
    "older_scorer": "older scorer",
    "changed_record": "changed since",
    "other_catalogue": "from another catalogue",
    "undated": "undated",
}


def value_words(value: float | str | None) -> str:
    """Write a value for people, not rounded where it is short.

    >>> value_words(0.353), value_words(2311.0), value_words(None), value_words(1.55e25)
    ('0.353', '2\u202f311', 'unknown', '1.55e+25')
    """
    if value is None or isinstance(value, str):
        return value or "unknown"
    return number(value) if float(value).is_integer() and abs(value) < 1e9 else f"{value:.4g}"


def figure_words(figure: Figure) -> str:
    r"""Say what was frozen: name, value with its interval, n, method and source.

    >>> print(figure_words(Figure(name="Share", value=0.35, unit="of datasets", low=0.33, high=0.37, n=311)))
    **Share**: 0.35 of datasets \(0.33 to 0.37\), n = 311
    """
    value = f"{value_words(figure.value)} {figure.unit}".strip()
    between = ""
    if figure.low is not None or figure.high is not None:
        between = f" ({value_words(figure.low)} to {value_words(figure.high)})"
    counted = "" if figure.n is None else f", n = {number(figure.n)}"
    said = [f"**{plain(figure.name)}**: {plain(value + between + counted)}"]
    details = [plain(part) for part in (figure.method, figure.source) if part]
    if figure.catalogue:
        details.append(f"catalogue {plain(figure.catalogue)}")
    return "  \n".join([*said, *([f":small[{' · '.join(details)}]"] if details else [])])


def evidence_words(one: Evidence) -> str:
    """Say what a piece of evidence is, without its title."""
    parts = [KIND_WORDS[one.kind]]
    if one.kind == "record":
        parts = [one.record_kind]
    parts += [PARTY_WORDS[one.party]] if one.party else []
    parts.append(f"of {one.effective}" if one.effective else "no effective date")
    parts += [f"version {plain(one.system_version)}"] if one.system_version else []
    parts += [plain(one.scorer)] if one.scorer else []
    return " · ".join(parts)


def flag_badges(flags: Sequence[Flag]) -> str:
    """Write why it should be looked at again as badges: orange where it is stale, grey where that cannot be told."""
    return " ".join(
        f":{'gray' if one.kind in UNTOLD else 'orange'}-badge[:material/schedule: {FLAG_WORDS[one.kind]}]"
        for one in flags
    )


def chip(one: Evidence, flags: Sequence[Flag] = ()) -> str:
    """Write a piece of evidence on one line: kind, title, id, party, day and age."""
    about = f":small[{plain(one.id)} · {evidence_words(one)}]"
    return f"{KIND_ICONS[one.kind]} **{plain(one.title)}** {about} {flag_badges(flags)}".strip()


def facts_rows(one: KeptEvidence) -> list[dict[str, str]]:
    """Give what is kept of evidence, field by field, for a table."""
    rows: dict[str, object] = {
        "id": one.id,
        "kind": KIND_WORDS[one.kind],
        "party": one.party and PARTY_WORDS[one.party],
        "effective": one.effective,
        "added": f"{one.added:%Y-%m-%d %H:%M} UTC by {_name(one.author)}",
        "revision": one.revision,
        "about version": one.system_version,
        "scorer": one.scorer,
        "catalogue": one.catalogue,
    }
    if one.kind == "link":
        rows["address"] = one.url
    if one.kind == "file":
        rows |= {"type": one.media_type, "bytes": number(one.size), "SHA-256": one.sha256}
    if one.kind == "record":
        rows |= {
            "record": f"{one.record_kind} {one.record_id}",
            **{key: _text(value) for key, value in one.facts.items()},
        }
    if one.figure:
        frozen = one.figure
        rows |= {"value": value_words(frozen.value), "unit": frozen.unit, "n": frozen.n, "method": frozen.method}
        if frozen.low is not None or frozen.high is not None:
            rows["interval"] = f"{value_words(frozen.low)} to {value_words(frozen.high)}"
        rows |= {"source": frozen.source, "address": frozen.address}
        rows |= {f"input: {key}": _text(value) for key, value in frozen.inputs.items()}
    return [{"field": key, "value": _text(value)} for key, value in rows.items() if value not in (None, "")]


def _name(actor: str | None) -> str:
    return (actor or "").rpartition(":")[2] or "unknown"


def _text(value: object) -> str:
    if value is None:
        return "unknown"
    return str(value) if isinstance(value, str | date) else json.dumps(value, ensure_ascii=False, default=str)
