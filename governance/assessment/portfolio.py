"""All systems at once: how far each is assessed by category and party, what is stale, due and next.

Nothing here is stored: the same records give another answer on another day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

import polars as pl

from governance.assessment.coverage import ALL, category_groups
from governance.assessment.framework import Framework
from governance.assessment.portfolio_read import Read, cells_of, old_evidence, read_all
from governance.assessment.records import RiskAnswer
from governance.assessment.standing import HORIZON, Action, Due, Gap, Part, Review, Standing, after_signing, standing
from governance.assessment.vocabulary import STATES, State
from governance.records.store import Workbench

Show = Literal["all", "stale", "due", "none", "draft", "in_review", "signed"]
SHOWS: tuple[Show, ...] = get_args(Show)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All systems on a day.

    Args:
        today: The day.
        standings: Where each system stands, by name.
        cells: One row a system, group and party: see `governance.assessment.portfolio_read.cells_of`. A system
            without a social-impact assessment has none; a party that assessed nothing of a group has none there.
    """

    today: date
    standings: tuple[Standing, ...]
    cells: pl.DataFrame

    def select(self, words: str = "", show: Show = "all") -> list[Standing]:
        """Give the systems whose name, owner or id holds all words, and that are of a kind.

        Args:
            words: To look for, in any case.
            show: Which: all, with something out of date, with a review due, not started, or in a state of the
                social-impact evaluation.
        """
        asked = words.casefold().split()
        return [
            one
            for one in self.standings
            if (show == "all" or show in _kinds(one))
            and all(word in f"{one.system.name} {one.system.owner} {one.system.id}".casefold() for word in asked)
        ]

    def states(self) -> dict[State, int]:
        """Count the social-impact assessments that count, by state."""
        found = [one.parts["social_impact"].assessment.state for one in self.standings if "social_impact" in one.parts]
        return {state: found.count(state) for state in STATES}

    def due(self, days: int = HORIZON) -> list[tuple[Standing, Due]]:
        """List the reviews that passed or come within some days, the earliest first."""
        found = [(one, due) for one in self.standings for due in one.due if due.days <= days]
        return sorted(found, key=lambda pair: (pair[1].day, pair[0].system.id, pair[1].assessment, pair[1].item))

    def actions(self) -> list[tuple[Standing, Action]]:
        """List what to do next, system by system."""
        return [(one, action) for one in self.standings for action in one.actions]

    def heat(self, systems: Iterable[str], party: str = ALL) -> pl.DataFrame:
        """Give the heat map of some systems.

        Args:
            systems: Their ids.
            party: Count what this party assessed; ``all``: any.

        Returns:
            One row a system and group: items, not_applicable, not_assessed, none_found, found, assessed, share and
            levels; where the party assessed nothing of a group its counts are 0 and its levels unknown.
        """
        own = self.cells.filter(pl.col("system").is_in(list(systems)))
        whole = own.filter(pl.col("party") == ALL)
        if party == ALL:
            return whole.sort("system", "group")
        keys = ["system", "group"]
        named = ("none_found", "found", "assessed", "level_n", "level_median", "level_low", "level_high")
        said = own.filter(pl.col("party") == party).select(*keys, *named)
        applies = pl.col("items") > pl.col("not_applicable")
        return (
            whole.select(*keys, "items", "not_applicable", "not_assessed")
            .join(said, on=keys, how="left")
            .with_columns(
                pl.col("none_found", "found", "assessed", "level_n").fill_null(0), pl.lit(party).alias("party")
            )
            .with_columns(
                pl.when(applies).then(pl.col("assessed") / (pl.col("items") - pl.col("not_applicable"))).alias("share")
            )
            .select(self.cells.columns)
            .sort("system", "group")
        )


def _kinds(one: Standing) -> set[str]:
    part = one.parts.get("social_impact")
    return {
        "none" if part is None else part.assessment.state,
        *(["stale"] if one.flags else []),
        *(["due"] if one.due else []),
    }


def portfolio(workbench: Workbench, framework: Framework, today: date) -> Portfolio:
    """Read where all systems stand, in a few queries whatever their number.

    Args:
        workbench: The workbench.
        framework: The forms.
        today: The day on which reviews are due or passed.
    """
    read = read_all(workbench, lambda shape: category_groups(framework, shape), today)
    cells = cells_of(read.items)
    parts = _parts(read, cells, framework, today)
    standings = [standing(one, parts.get(one.id, ()), today) for one in read.systems.values()]
    owners = pl.DataFrame(
        [(one.id, one.system) for (_, form), one in read.current.items() if form == "social_impact"],
        schema={"assessment": pl.String, "system": pl.String}, orient="row",
    )  # fmt: skip
    ordered = sorted(standings, key=lambda one: (one.system.name.casefold(), one.system.id))
    return Portfolio(today, tuple(ordered), owners.join(cells, on="assessment").drop("assessment"))


def _parts(read: Read, cells: pl.DataFrame, framework: Framework, today: date) -> dict[str, list[Part]]:
    whole = cells.filter((pl.col("group") == ALL) & (pl.col("party") == ALL))
    counts = {row["assessment"]: row for row in whole.to_dicts()}
    titles = {one.id: one.title for one in framework.categories}
    unassessed = _gaps(read.items, pl.col("status") == "not_assessed", titles)
    looked = pl.col("status").is_in(["none_found", "found"])
    bare = _gaps(read.items, looked & (pl.col("evidence").list.len() == 0), titles)
    reviews, old = _reviews(read.items, today), old_evidence(read)
    found: dict[str, list[Part]] = {}
    for (system, form), one in read.current.items():
        said: dict[str, Any]
        if form == "social_impact":
            row = counts.get(one.id, {})
            said = {name: row.get(name, 0) for name in ("items", "not_applicable", "assessed", "found")}
            said |= {"open": unassessed.get(one.id, ()), "bare": bare.get(one.id, ())}
            said["reviews"] = reviews.get(one.id, ())
        else:
            said = risk_facts(framework, read.risk.get(one.id, {}))
            said["triggers"] = tuple(
                noted.date() for noted in read.triggers.get(one.id, ()) if after_signing(one, noted)
            )
        if one.id in old:
            said["old"] = Gap(group=ALL, title="", n=old[one.id][0], item=old[one.id][1])
        if (signed := read.signed.get((system, form))) is not None:
            said["signed"] = (signed.signatures[-1].at.date(), signed.system_version)
        found.setdefault(system, []).append(Part(assessment=one, requests=read.requests.get(one.id, 0), **said))
    return found


def risk_facts(framework: Framework, answers: Mapping[str, RiskAnswer]) -> dict[str, Any]:
    """Give what a `Part` says of a risk assessment: how many sections are complete, and when risk is to be reassessed.

    Args:
        framework: The forms.
        answers: By section.
    """
    gaps = []
    for section in framework.sections:
        values = answers[section.id].values if section.id in answers else {}
        missing = [field.id for field in section.fields if field.required and _is_blank(values.get(field.id))]
        if missing:
            gaps.append(Gap(group=section.id, title=section.title, n=len(missing), item=section.id))
    day = answers["R5"].values.get("reassess_by") if "R5" in answers else None
    return {
        "items": len(framework.sections),
        "assessed": len(framework.sections) - len(gaps),
        "open": tuple(gaps),
        "reassess_by": _day(day),
    }


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _gaps(items: pl.DataFrame, lacking: pl.Expr, titles: Mapping[str, str]) -> dict[str, tuple[Gap, ...]]:
    rows = (
        items.filter(lacking)
        .group_by("assessment", "group")
        .agg(pl.len().alias("n"), pl.col("item").sort_by("place").first(), pl.col("place").min())
        .sort("assessment", "place")
    )
    found: dict[str, list[Gap]] = {}
    for assessment, group, n, item, _ in rows.iter_rows():
        found.setdefault(assessment, []).append(Gap(group=group, title=titles.get(group, group), n=n, item=item))
    return {assessment: tuple(gaps) for assessment, gaps in found.items()}


def _reviews(items: pl.DataFrame, today: date) -> dict[str, tuple[Review, ...]]:
    rows = (
        items.filter(pl.col("review_by") <= today + timedelta(days=HORIZON))
        .group_by("assessment", "review_by")
        .agg(pl.len().alias("n"), pl.col("item").sort_by("place").first())
        .sort("assessment", "review_by")
    )
    found: dict[str, list[Review]] = {}
    for assessment, day, n, item in rows.iter_rows():
        found.setdefault(assessment, []).append(Review(day=day, n=n, item=item))
    return {assessment: tuple(reviews) for assessment, reviews in found.items()}
