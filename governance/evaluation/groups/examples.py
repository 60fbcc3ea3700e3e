"""SYNTHETIC examples with a planted answer, since no scores by culture or by rater are shipped; also the templates."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from governance.evaluation.formats.tables import SCORES, EvaluationSet, SetCard

MODELS, TOPICS, SENSITIVE, ITEMS = 12, 57, 16, 100
HURT = (1, 3, 4, 6)
"""Models that lose on culturally sensitive topics, by place; planted."""
LOSS = 0.12
HUMAN_DROP, AUTOMATIC_DROP = 0.16, 0.017
"""Planted relative drops of the second example: those that the abstract of Marchisio et al. 2024 gives for Japanese."""
WORDS = "SYNTHETIC, made here"


def culture_example(*, loss: float = LOSS, seed: int = 0) -> EvaluationSet:
    """Make scores of 12 models on 57 topics in 3 languages, 16 of the topics culturally sensitive.

    Args:
        loss: What the planted models lose on sensitive topics; 0 plants nothing.
        seed: Of the draws.
    """
    generator = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for model in range(MODELS):
        skill = 0.75 - 0.02 * model
        for topic in range(TOPICS):
            sensitive = topic < SENSITIVE
            for language, less in (("eng", 0.0), ("swh", 0.08), ("kor", 0.04)):
                chance = skill - less - (loss if sensitive and model in HURT else 0.0)
                rows.append({
                    "model": f"model-{model + 1:02}", "task": f"topic-{topic + 1:02}", "language": language,
                    "subset": "sensitive" if sensitive else "agnostic", "metric": "accuracy",
                    "score": int(generator.binomial(ITEMS, chance)) / ITEMS, "n": ITEMS,
                })  # fmt: skip
    return _set("synthetic-culture", "SYNTHETIC: 12 models on sensitive and agnostic topics", rows)


def raters_example(*, seed: int = 0) -> EvaluationSet:
    """Make win shares of a model and its quantised version by people and by a metric, in 2 languages.

    The planted drop in Japanese is 16.0% by people and 1.7% by the metric; in French it is 2% by both.

    Args:
        seed: Of the draws.
    """
    generator = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for language, human, automatic in (("jpn", HUMAN_DROP, AUTOMATIC_DROP), ("fra", 0.02, 0.02)):
        for rater, metric, n, base, drop in (
            ("human annotators", "win_rate", 6000, 0.6, human),
            ("automatic", "accuracy", 200_000, 0.7, automatic),
        ):
            for model, chance in (("model FP16", base), ("model W4", base * (1 - drop))):
                rows.append({
                    "model": model, "task": "prompts", "language": language, "subset": None, "metric": metric,
                    "score": int(generator.binomial(n, chance)) / n, "n": n, "rater": rater,
                    "scored_at": date(2026, 1, 1),
                })  # fmt: skip
    return _set("synthetic-raters", "SYNTHETIC: a model and its quantised version, two kinds of raters", rows)


EXAMPLES = {"synthetic-culture": culture_example, "synthetic-raters": raters_example}
"""By the id under which the command line knows them."""


def template_csv(example: EvaluationSet, rows: int = 24) -> str:
    """Give the first rows of an example as CSV, to overwrite with one's own."""
    used = [name for name in example.frame.columns if example.frame[name].null_count() < example.frame.height]
    return example.frame.select(used).head(rows).write_csv()


def _set(key: str, title: str, rows: list[dict[str, object]]) -> EvaluationSet:
    frame = pl.DataFrame([{name: row.get(name) for name in SCORES} for row in rows], schema=SCORES)
    card = SetCard(id=key, title=title, format="scores", rows=frame.height, source=WORDS, licence="CC0-1.0",
                   version="1", better="higher", origin="user")  # fmt: skip
    return EvaluationSet(card, frame)
