"""What the Risk page says: the answer line, tiers and words of the vocabularies, and what would flip the decision."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.assessment_words import STATE_COLOURS, STATE_WORDS
from app.components.frame import plain
from app.theme import Meaning
from governance.assessment.risk import Verdict
from governance.assessment.risk_record import RiskRecord
from governance.assessment.risk_rule import words
from governance.assessment.risk_vary import Variation
from governance.assessment.vocabulary import Tier

TIER_LETTERS: dict[Tier, str] = {
    "low": "L", "controlled_with_mitigation": "C", "high_uncertainty": "H", "unacceptable": "U",
}  # fmt: skip
TIER_MEANING: dict[Tier, Meaning] = {
    "low": "good", "controlled_with_mitigation": "caution", "high_uncertainty": "strict", "unacceptable": "stop",
}  # fmt: skip
SCRUTINY_WORDS = {
    "needed": "Needed", "needed_or_justified": "Needed, or its absence justified", "not_needed": "Not needed",
}  # fmt: skip
CANNOT_WORDS = {
    "high_uncertainty": "High uncertainty", "almost_certain": "As if almost certain", "no_suggestion": "Nothing",
}  # fmt: skip
TIER_KEY = " · ".join(f"{letter} {words(tier)}" for tier, letter in TIER_LETTERS.items())


def answer_line(system: str, record: RiskRecord) -> str:
    """Answer the page's question in one line."""
    header, verdict = record.header.record, record.verdict
    badge = f":{STATE_COLOURS[header.state]}-badge[{STATE_WORDS[header.state]}]"
    stale = " :orange-badge[:material/history: Stale]" if record.reopening.stale else ""
    version = f", version {plain(header.system_version)}" if header.system_version else ""
    return f"{badge}{stale} **{assessed_words(verdict)}** for {plain(system)}{version}: {decision_words(verdict)}."


def assessed_words(verdict: Verdict) -> str:
    """Say whether the rule's conditions are met."""
    open_ones = sum(not one.met for one in verdict.conditions)
    count = len(verdict.conditions)
    return "Assessed" if verdict.assessed else f"Not assessed yet, {open_ones} of {count} conditions open"


def decision_words(verdict: Verdict) -> str:
    """Say what the rule makes of the recorded decision."""
    if verdict.decision is None or verdict.tier is None:
        return verdict.why
    verb = "admits" if verdict.stand == "admitted" else "does not admit"
    return f"the rule **{verb} {words(verdict.decision)}** at the tier {words(verdict.tier)}"


def flip_words(tipping: Sequence[Variation]) -> str:
    """Say in one sentence what would flip the decision, the nearest changes first."""
    flips = [row for row in tipping if row.flips]
    if not flips:
        return "No single change that is tried here flips the decision."
    near = sorted(flips, key=lambda row: abs(row.steps or 0) or 9)
    return f"The decision would flip if {'; or if '.join(map(_change, near[:4]))}."


def assessed_flip_words(tipping: Sequence[Variation]) -> str:
    """Say what would change whether it counts as assessed."""
    flips = [row for row in tipping if row.flips_assessed]
    return f"Whether it counts as assessed would change if {'; or if '.join(map(_change, flips[:4]))}." if flips else ""


def _change(row: Variation) -> str:
    if row.setting == "rule.admitted":
        return f"**{plain(row.then)}** at this tier"
    return f"{plain(row.label)} were **{plain(row.then)}** instead of {plain(row.now)}"
