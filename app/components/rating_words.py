"""A rating in words: the answer, the caption, the report."""

from __future__ import annotations

import polars as pl

from app.components.frame import counted, number, plain
from app.components.share_chart import percent
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.ratings.pairs import PairAnswer, pair_table
from governance.evaluation.ratings.rating import UNITS, ModelRating, Rating
from governance.evaluation.ratings.request import RatingRequest
from governance.evaluation.report import Report

QUESTION = "Which model is really above which?"
METHODS = {"bt": "Bradley-Terry", "elo": "Elo", "winrate": "Mean win rate", "borda": "Borda (opponents beaten)"}
TIES = {"half": "half a win for each", "davidson": "as an outcome of its own (Davidson)", "drop": "nothing"}
INTERVALS = {
    "usual": "usual", "bootstrap": "votes drawn again", "cluster": "clusters drawn again",
    "sandwich": "robust variance", "wilson": "Wilson", "none": "none",
}  # fmt: skip
ESTIMATORS = {
    "bt": "Bradley-Terry, maximum likelihood, mean 1000, 400 points for odds of ten to one",
    "elo": "Elo, one pass over the battles", "winrate": "win share against an opponent, averaged over opponents",
    "borda": "opponents beaten by majority of votes, a drawn majority as half",
}  # fmt: skip


def answer(rating: Rating) -> str:
    """Say who is first and how sure that is, as one line of Markdown."""
    part = rating.parts[0]
    where = "" if len(rating.parts) == 1 else f" in the largest of {len(rating.parts)} parts"
    first = rating.first()
    best = plain(rating.models[0].model)
    votes = counted(rating.n, "vote")
    if rating.models[0].low is None:
        why = "no interval was asked for" if rating.settings.interval is None else "there is no interval"
        tied = sum(row.part == 1 and row.rank == 1 for row in rating.models)
        most = f"**{best} has the highest score**" if tied == 1 else f"**{number(tied)} models have the same score**"
        return f"{most}{where} · {why}, so nothing says how sure · {votes}"
    level = percent(rating.settings.level)
    if len(first) == 1:
        said = f"**{best} is first of {number(part.models)} models**{where}: no other's interval reaches its own"
    else:
        said = f"**{number(len(first))} of {number(part.models)} models share the first place**{where}"
    return f"{said} at {level} · {best} scores highest · {votes}"


def interval_words(rating: Rating) -> str:
    """Say where the intervals come from."""
    how = rating.settings
    if how.interval is None:
        return ""
    if rating.models[0].low is None:
        return "none, every resample says the same"
    over = f" over {number(rating.clusters)} {how.cluster}s" if how.cluster else " over votes"
    draws = f", {number(how.resamples)} resamples, seed {how.seed}"
    words = {
        "bootstrap": f"bootstrap over votes{draws}", "cluster": f"bootstrap{over}{draws}",
        "sandwich": f"robust variance{over}, normal", "wilson": "Wilson on effective votes",
    }  # fmt: skip
    return f"{percent(how.level)}, {words[how.interval]}"


def caption(rating: Rating) -> str:
    """Say estimator, tie rule, interval and n."""
    how = rating.settings
    elo = f", K = {how.k:g}, start {how.start:g}, order {how.order}" if how.method == "elo" else ""
    dropped = f", {number(rating.dropped)} left out" if rating.dropped else ""
    ties = f"a tie counts {TIES[how.ties]} ({percent(rating.ties_share)} tie{dropped})"
    interval = interval_words(rating) or "no interval"
    return f"{METHODS[how.method]}{elo} · {ties} · interval: {interval} · n = {counted(rating.n, 'vote')}"


def width_words(widths: dict[str, float]) -> str:
    """Say how wide the intervals are by what goes together.

    >>> width_words({"vote": 36.4, "judge": 41.6})
    'Mean half-width of an interval, by robust variance: 36 points if every vote is on its own, 42 over judges'
    """
    said = [f"{widths['vote']:.0f} points if every vote is on its own"]
    said += [f"{width:.0f} over {name}s" for name, width in widths.items() if name != "vote"]
    return f"Mean half-width of an interval, by robust variance: {', '.join(said)}"


def score_words(row: ModelRating, rating: Rating) -> str:
    """Write a score with its interval.

    >>> row = ModelRating(
    ...     model="x",
    ...     part=1,
    ...     score=1000.4,
    ...     low=None,
    ...     high=None,
    ...     rank=1,
    ...     rank_low=None,
    ...     rank_high=None,
    ...     rank_bound=None,
    ...     n=3,
    ... )
    >>> score_words(row, type("R", (), {"settings": type("S", (), {"method": "bt"})}))
    '1000'
    """
    form = "{:.3f}" if rating.settings.method == "winrate" else "{:.0f}"
    score = form.format(row.score)
    return score if row.low is None else f"{score} ({form.format(row.low)} to {form.format(row.high)})"


def pair_words(found: PairAnswer) -> str:
    """Say how two models stand to each other, as Markdown."""
    a, b = plain(found.met.a), plain(found.met.b)
    lines = []
    if found.above is None:
        lines.append(f"**How sure it is that {a} is above {b} is not known**: no votes were drawn again, all draws "
                     "say the same, or nothing connects the two.")  # fmt: skip
    else:
        lines.append(f"**{a} is above {b} in {percent(found.above)} of {number(found.settings.resamples)} resamples.**")
    if found.met.n:
        expected = "" if found.met.expected is None else f"; all votes together expect {percent(found.met.expected)}"
        lines.append(
            f"They met {counted(int(found.met.n), 'time')}: {found.met.a_won:g} to {found.met.b_won:g}, "
            f"{found.met.ties:g} ties, a win share of {percent(found.met.share)} for {a}{expected}."
        )
    else:
        lines.append("They never met; what is known comes from their battles with others.")
    needed = found.needed
    if needed.votes is None:
        lines.append("No number of votes can be named: their scores are equal, or nothing connects them.")
    elif needed.votes == 0:
        lines.append(
            "Their votes are enough to tell them apart, were all independent (by Bradley-Terry a gap of "
            f"{needed.gap:.0f} points)."
        )
    else:
        lines.append(
            f"About **{counted(needed.votes, 'more vote')}** between the two would tell them apart with "
            f"{percent(needed.power)} chance, if {needed.assumption} (by Bradley-Terry a gap of {needed.gap:.0f} "
            f"points, standard error {needed.error:.0f})."
        )
    return "\n\n".join(lines)


def rating_report(rating: Rating, asked: RatingRequest, card: SetCard, pair: PairAnswer | None) -> Report:
    """Put a view into a report."""
    filters = asked.model_dump(mode="json", exclude_defaults=True)
    pairs = {} if pair is None else {"Two models": _pair_rows(pair)}
    return Report(
        title=f"Leaderboard: {card.title}",
        question=QUESTION,
        answer=answer(rating).replace("**", "").replace("\\", ""),
        n=rating.n,
        counted="votes",
        estimator=ESTIMATORS[rating.settings.method],
        ties=f"{TIES[rating.settings.ties]}; 'both bad': {rating.settings.both_bad}; {percent(rating.ties_share)} tie",
        interval=interval_words(rating),
        seed=rating.settings.seed,
        data_version=card.version,
        source=card.source,
        licence=card.licence,
        settings={"Set": card.id, "Score": UNITS[rating.settings.method], **filters},
        tables={"Ranking": rating.table(), **pairs},
        limits=rating.warnings,
    )


def _pair_rows(pair: PairAnswer) -> pl.DataFrame:
    met, needed = pair.met, pair.needed
    rows = {
        f"{met.a} above {met.b}, share of resamples": pair.above, "votes between them": met.n,
        f"win share of {met.a}": met.share, "expected": met.expected, "further votes needed": needed.votes,
    }  # fmt: skip
    return pl.DataFrame({"what": list(rows), "value": [None if one is None else float(one) for one in rows.values()]})


def matrix_table(rating: Rating, most: int) -> pl.DataFrame:
    """Give the pairs of the best models both ways, as the heat map shows them."""
    shown = [row.model for row in rating.models[:most]]
    table = pair_table(rating.cells).filter(pl.col("model_a").is_in(shown) & pl.col("model_b").is_in(shown))
    turned = table.select(
        model_a="model_b", model_b="model_a", n="n", share=1 - pl.col("share"), expected=1 - pl.col("expected"),
        residual=-pl.col("residual"),
    )  # fmt: skip
    return pl.concat([table, turned])
