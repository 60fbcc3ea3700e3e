"""Where Protego and the standard library read a robots.txt differently: each difference has a known cause."""

from __future__ import annotations

from collections import Counter

import pytest

from governance.catalogue.connect import PROJECT
from governance.consent.robots import verdict
from tests.unit.consent.peers import (
    PROTEGO_CAUSES,
    STANDARD_CAUSES,
    addresses,
    ours_of,
    protego_of,
    standard_of,
    why_protego,
    why_standard,
)

AGENTS = ("GPTBot", "CCBot", "Google-Extended", "Googlebot-News", "bingbot", "Applebot", "Applebot-Extended",
          "Twitterbot", "AhrefsBot", "Yandex")  # fmt: skip
RULES = 2
COUNTED = "questions"


@pytest.fixture(scope="module")
def differences(robots_2019: dict[str, str]) -> dict[str, Counter[str]]:
    """Ask all three readers the same questions, and count the causes of what differs."""
    found: dict[str, Counter[str]] = {"protego": Counter(), "standard": Counter()}
    for text in robots_2019.values():
        for agent in AGENTS:
            for url in addresses(text, agent, RULES):
                ours = verdict(ours_of(text), agent, url).allowed
                found["protego"][COUNTED] += 1
                if protego_of(text).can_fetch(url, agent) is not ours:
                    found["protego"][str(why_protego(text, agent, url))] += 1
                if standard_of(text).can_fetch(agent, url) is not ours:
                    found["standard"][str(why_standard(text, agent, url))] += 1
    return found


@pytest.mark.outside_data
@pytest.mark.parametrize(("reader", "causes"), [("protego", PROTEGO_CAUSES), ("standard", STANDARD_CAUSES)])
def test_each_difference_has_a_known_cause(
    differences: dict[str, Counter[str]], reader: str, causes: dict[str, str]
) -> None:
    assert set(differences[reader]) - {COUNTED} <= set(causes)


@pytest.mark.outside_data
def test_the_counts_are_those_of_the_manual(differences: dict[str, Counter[str]]) -> None:
    manual = (PROJECT / "docs" / "robots.md").read_text(encoding="utf-8")
    for reader, causes in (("protego", PROTEGO_CAUSES), ("standard", STANDARD_CAUSES)):
        for cause, words in causes.items():
            assert f"| {words} | {differences[reader][cause]:,} |" in manual
    assert f"{differences['protego'][COUNTED]:,} questions" in manual
