"""Import a published corpus audit: the weight of domains, what is known of them, series and agents in aggregate."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise.tables import values_of
from governance.catalogue.published import UNKNOWN_WORDS, Cells, Import, Row, read_rows
from governance.consent.domains import host_of
from governance.consent.published_series import read_agent_levels, read_series
from governance.errors import BadInput

SOURCE = "consent-in-crisis"
TOKENS, TYPES, PAYWALLS = (
    "domain_token_counts_c4_rf_dolma.csv", "top2000_c4_domain_annotations.csv",
    "combined_c4_annotations_modalities.csv",
)  # fmt: skip
TOTALS = "pipeline_facts.json"
CORPORA = {"c4": ("C4", "c4_tokens"), "refinedweb": ("RefinedWeb", "rf_tokens"), "dolma": ("Dolma", "dolma_tokens")}
"""Id of a corpus, its name and the column of its tokens."""
TYPE_COLUMNS = (
    "Domain", "User Content", "Content Domain I", "Content Domain II", "Content Domain III", "Type of service",
    "Type of service (Other)",
)  # fmt: skip
PAYWALL_COLUMNS = ("Domain", "Website Issue", "Paywall", "Advertisements")
PAYWALL = {"no": "none", "some": "some", "all": "all"}
MODERATION = {"strong moderation": "strong_moderation", "weak moderation": "weak_moderation"}
_PART = re.compile(r"[a-z][a-z0-9-]{0,39}")

Tokens = dict[str, dict[str, int]]
"""Tokens by corpus, by domain."""


def import_consent(path: Path, out: Path) -> ImportReport:
    """Read the aggregates of a corpus audit: domains, tokens, series and agents; no text of any site.

    Args:
        path: Folder with the published tables as they are, and ``pipeline_facts.json`` with the size of each corpus.
        out: Folder for the facts; the catalogue expects the name ``consent-in-crisis``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: Longpre et al. 2024, arXiv 2407.14933.
    """
    work = Import(SOURCE)
    facts = _facts(path / TOTALS)
    names, tokens = _tokens(work, path / TOKENS)
    strata = split(tokens, int(facts["head_size_domains"]))
    domains: dict[str, Row] = {
        domain: {"id": domain, "name": name, "source_id": SOURCE} for domain, name in names.items()
    }
    for domain, found in (*_types(work, path / TYPES, domains), *_paywalls(work, path / PAYWALLS, domains)):
        domains[domain] |= found
    work.note("field_not_kept", "descriptions, addresses of terms", "prose of others; not part of the facts")
    tables: dict[str, list[Row]] = {
        "domain": list(domains.values()),
        "corpus": [_corpus(name, facts) for name in CORPORA],
        "corpus_domain": [
            {"corpus": corpus, "domain_id": domain, "tokens": number, "stratum": stratum, "source_id": SOURCE}
            for domain, weights in tokens.items()
            for corpus, number in weights.items()
            if (stratum := strata[corpus].get(domain)) or number
        ],
        "consent_series": read_series(work, path),
        "agent_level": read_agent_levels(work, path),
    }
    return work.finish(out, tables, kept=work.read - len(work.refused))


def split(tokens: Mapping[str, Mapping[str, int]], head: int) -> dict[str, dict[str, str]]:
    """Tell the strata of each corpus: its largest domains, and those that are large in no corpus.

    Args:
        tokens: Tokens by corpus, by domain.
        head: How many of the largest domains of a corpus its head holds.

    Returns:
        By corpus, the stratum of each domain. A domain of the head of another corpus alone has none: it was chosen
        for its size, so it is no draw from the rest.

    >>> split({"a.org": {"c4": 9, "dolma": 1}, "b.org": {"c4": 1, "dolma": 9}, "c.org": {"c4": 1, "dolma": 1}}, 1)["c4"]
    {'a.org': 'head', 'c.org': 'random'}
    """
    corpora = dict.fromkeys(corpus for weights in tokens.values() for corpus in weights)
    heads = {
        corpus: set(sorted(tokens, key=lambda domain: (-tokens[domain].get(corpus, 0), domain))[:head])
        for corpus in corpora
    }
    large = set().union(*heads.values())
    return {
        corpus: {
            domain: "head" if domain in heads[corpus] else "random"
            for domain in tokens
            if domain in heads[corpus] or domain not in large
        }
        for corpus in corpora
    }


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        for name in CORPORA:
            int(facts["corpus_totals"][name]["tokens"]), int(facts["corpus_totals"][name]["domains"])
        int(facts["head_size_domains"])
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(file), "check the path") from error
    except (ValueError, TypeError, KeyError) as error:
        fix = "it needs corpus_totals with tokens and domains of each corpus, and head_size_domains"
        raise BadInput(f"the sizes of the corpora cannot be read: {error}", str(file), fix) from error
    return dict(facts)


def _corpus(corpus: str, facts: Mapping[str, Any]) -> Row:
    total = facts["corpus_totals"][corpus]
    return {
        "id": corpus,
        "name": CORPORA[corpus][0],
        "tokens": float(total["tokens"]),
        "domains": int(total["domains"]),
        "head_domains": int(facts["head_size_domains"]),
        "source_id": SOURCE,
    }


def _tokens(work: Import, file: Path) -> tuple[dict[str, str], Tokens]:
    names: dict[str, str] = {}
    tokens: Tokens = {}
    for where, row in read_rows(file, ("url", *(column for _, column in CORPORA.values()))):
        work.read += 1
        domain = host_of(row["url"]) or _part(work, row["url"])
        counts = {corpus: row[column].strip() for corpus, (_, column) in CORPORA.items()}
        if domain is None or not all(count.isascii() and count.isdigit() for count in counts.values()):
            work.refuse("no_domain_or_count", where, f"'{row['url']:.60}' with {', '.join(counts.values())}")
            continue
        if domain in names:
            work.count("same_domain", TOKENS, "one domain under two names, their tokens added", domain)
        names.setdefault(domain, row["url"])
        kept = tokens.setdefault(domain, defaultdict(int))
        for corpus, count in counts.items():
            kept[corpus] += int(count)
    if not names:
        raise BadInput("no domain could be read", str(file), "check the file")
    return names, tokens


def _part(work: Import, name: str) -> str | None:
    """Keep what a corpus counts like a domain and is none, such as a collection of books."""
    if not _PART.fullmatch(name):
        return None
    work.count("no_host", TOKENS, "part of a corpus that is no web host; kept under its name", name)
    return name


def _types(work: Import, file: Path, known: Mapping[str, Row]) -> Iterator[tuple[str, Row]]:
    for domain, row in _known(work, file, TYPE_COLUMNS, known):
        stated, other = row["Type of service"], row["Type of service (Other)"]
        kinds = values_of("site_types", "value", other, "type") if stated == "Other" else ()
        kinds = kinds or values_of("site_types", "value", stated, "type")
        if not kinds and stated.casefold() not in UNKNOWN_WORDS:
            work.count("unknown_type", stated, "no type of ours; kept as unknown", domain)
        topics: dict[str, None] = {}
        for column in TYPE_COLUMNS[2:5]:
            found = values_of("site_topics", "value", row[column], "topic")
            if not found and row[column].casefold() not in UNKNOWN_WORDS:
                work.count("unknown_topic", row[column], "no topic of ours; left out", domain)
            topics |= dict.fromkeys(found)
        yield (
            domain,
            {
                "type": kinds[0] if kinds else None,
                "topics": list(topics) or None,
                "user_content": MODERATION.get(row["User Content"].casefold()),
            },
        )


def _paywalls(work: Import, file: Path, known: Mapping[str, Row]) -> Iterator[tuple[str, Row]]:
    for domain, row in _known(work, file, PAYWALL_COLUMNS, known):
        if row["Website Issue"].casefold() == "true":
            work.count("site_not_seen", PAYWALLS, "the site could not be looked at; kept as unknown", domain)
            continue
        yield (
            domain,
            {
                "paywall": PAYWALL.get(row["Paywall"].casefold()),
                "advertisements": {"true": True, "false": False}.get(row["Advertisements"].casefold()),
            },
        )


def _known(work: Import, file: Path, columns: tuple[str, ...], known: Mapping[str, Row]) -> Iterator[tuple[str, Cells]]:
    for where, row in read_rows(file, columns):
        work.read += 1
        domain = host_of(row["Domain"])
        if domain is None or domain not in known:
            work.refuse("unknown_domain", where, f"'{row['Domain']:.60}' is not in the table of tokens")
        else:
            yield domain, row
