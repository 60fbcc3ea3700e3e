"""Find anything in the catalogue by words: names and aliases first, then what is said about it."""

from __future__ import annotations

import re

import duckdb
from pydantic import BaseModel

from governance.errors import BadInput

WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 300
MAX_HITS = 1_000


class Hit(BaseModel, frozen=True):
    """One thing found.

    Args:
        kind: dataset, collection, licence, language, model, ...
        id: Its id among its kind.
        name: What to show.
        detail: What else is known, for a second line.
        score: BM25 with names weighed most; larger is better.
    """

    kind: str
    id: str
    name: str
    detail: str
    score: float


def search(connection: duckdb.DuckDBPyConnection, words: str, limit: int = 20) -> list[Hit]:
    """Find what the words name, best first.

    Args:
        connection: An open catalogue.
        words: What one would type into a search box; an id or a former name works too.
        limit: At most so many hits, 1 to 1,000.

    Raises:
        BadInput: The words are too long, or the limit is out of bounds.
    """
    if not 1 <= limit <= MAX_HITS:
        raise BadInput(f"a limit of {limit}", "search limit", f"use 1 to {MAX_HITS:,}")
    asked = " ".join(words.replace("\x00", " ").encode("utf-8", "replace").decode().split())
    if len(asked) > MAX_WORDS:
        raise BadInput(f"{len(asked):,} characters to search for", "search words", f"use at most {MAX_WORDS}")
    if not asked:
        return []
    rows = connection.execute(
        """
        WITH scored AS (
            SELECT s.kind AS kind, s.id AS id, s.name AS name, s.detail AS detail,
                   CASE WHEN lower(s.name) = lower($words) OR lower(s.id) = lower($words) THEN 100.0
                        WHEN starts_with(lower(s.name), lower($words)) THEN 20.0
                        WHEN contains(lower(s.name), lower($words)) THEN 10.0
                        WHEN contains(lower(s.aliases), lower($words)) THEN 5.0 ELSE 0.0 END AS literal,
                   CASE WHEN $terms = '' THEN 0.0 ELSE
                       coalesce(
                       fts_main_search_entry.match_bm25(s.entry, $terms, fields := 'name'), 0.0) END AS by_name,
                   CASE WHEN $terms = '' THEN 0.0 ELSE
                       coalesce(
                       fts_main_search_entry.match_bm25(s.entry, $terms, fields := 'aliases'), 0.0) END AS by_alias,
                   CASE WHEN $terms = '' THEN 0.0 ELSE
                       coalesce(
                       fts_main_search_entry.match_bm25(s.entry, $terms, fields := 'detail'), 0.0) END AS by_detail
            FROM search_entry AS s
            UNION ALL  -- by name alone, and behind the rest: there are many, and they say nothing of themselves
            SELECT 'domain', id, id, 'web domain',
                   CASE WHEN lower($words) IN (id, name) THEN 100.0 WHEN starts_with(id, lower($words)) THEN 0.2
                        WHEN contains(id, lower($words)) THEN 0.1 ELSE 0.0 END, 0.0, 0.0, 0.0
            FROM domain
        )
        SELECT kind, id, name, detail, literal + 3 * by_name + 2 * by_alias + by_detail AS score
        FROM scored WHERE literal + by_name + by_alias + by_detail > 0
        ORDER BY score DESC, kind, id LIMIT $limit
        """,
        {"words": asked, "terms": " ".join(WORD.findall(asked)), "limit": limit},
    ).fetchall()
    return [Hit(kind=kind, id=key, name=name, detail=detail, score=score) for kind, key, name, detail, score in rows]
