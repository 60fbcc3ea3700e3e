"""A small web of sites, signals and terms in a catalogue in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime

SIGNAL = """
INSERT INTO consent_signal BY NAME SELECT $1 AS domain_id, $2 AS observed, $3 AS kind, $4 AS agent, 'crawl' AS use,
       $5 AS restriction, 'stated' AS certainty, 'own' AS source_id
"""
TABLES = (
    "dataset_domain", "consent_signal", "source_terms", "crawl_agent", "domain", "corpus", "corpus_domain",
    "collection", "catalogue_version",
)  # fmt: skip
MARCH, MAY = date(2025, 3, 1), date(2025, 5, 1)


NOW = datetime(2026, 1, 2, tzinfo=UTC)


def fill_web(small):
    """Give datasets child → parent → grandparent with sites: one open, one closed to GPTBot, one never read."""
    small.fill({"child": ["MIT License"], "parent": ["MIT License"], "old": ["MIT License"], "none": []},
               [("child", "parent"), ("parent", "old")])  # fmt: skip
    connection = small.connection
    agents = [("GPTBot", True), ("CCBot", True), ("Googlebot", False)]
    connection.executemany("INSERT INTO crawl_agent VALUES (?, 'O', 'training', 'yes', ?, NULL, 'own')", agents)
    places = [
        ("child", "open.example"),
        ("parent", "closed.example"),
        ("parent", "open.example"),
        ("old", "dark.example"),
    ]
    connection.executemany("INSERT INTO dataset_domain VALUES ('current', ?, ?, 'host name stated', 'dpi')", places)
    signals = [
        ("closed.example", MARCH, "robots", "GPTBot", "none"),
        ("closed.example", MAY, "robots", "GPTBot", "full"),
        ("closed.example", MAY, "robots", "CCBot", "partial"),
        ("closed.example", MAY, "robots", "*", "none"),
        ("closed.example", MAY, "ai_txt", "*", "full"),
        ("open.example", MAY, "robots", "GPTBot", "partial"),
        ("open.example", MAY, "robots", "Googlebot", "full"),
        ("open.example", MAY, "robots", "*", "full"),
        ("only-everyone.example", MAY, "robots", "*", "full"),
        ("only-everyone.example", MAY, "robots", "Googlebot", "none"),
    ]  # fmt: skip
    connection.executemany(SIGNAL, signals)
    connection.execute("INSERT INTO collection VALUES ('current', 'C', 'C', 'text', NULL, 'dpi')")
    terms = [("scraping", "prohibited", "Quora"), ("use", "open", None)]
    connection.executemany("INSERT INTO source_terms VALUES ('C', ?, ?, ?, 'as written', 'dpi-source-terms')", terms)
    connection.execute("INSERT INTO catalogue_version VALUES ('0123456789ab', 'x')")


def empty_web(connection):
    """Forget all of it."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
