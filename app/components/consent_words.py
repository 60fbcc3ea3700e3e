"""What the figures of consent say, in sentences; every number comes from the data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.components.frame import number, plain
from app.components.share_chart import percent
from governance.assessment.records import Figure
from governance.consent.agents import AI_DEVELOPERS
from governance.consent.aggregates import AgentLevels, CorpusFacts, PanelRate
from governance.consent.conflicts import CONFLICT_LABELS
from governance.consent.forecast import BackTest, Forecast
from governance.consent.honour import Honoured
from governance.consent.robots_and_terms import RobotsAndTerms
from governance.consent.site_conflicts import EVERYONE, SiteConflicts
from governance.consent.trend import AGENTS, Series, Step

SOURCE = "Source: aggregates of Longpre et al. 2024, arXiv 2407.14933 (Apache-2.0)"
PANEL_SOURCE = "Source: HasData, AI crawler block index, hasdata.com (CC BY 4.0)"
NO_SITES = (
    "**What is shipped are sums.** Which of the sites is closed is not published, so there is no interval, and nothing "
    "by type, topic or language until levels of sites are imported."
)
PRACTICE = (
    r"\* of the sites that bar GPTBot. A vendor's study: its requests named GPTBot and did not come from OpenAI, so a "
    "site that knows OpenAI's addresses may have answered them otherwise.\n\nWhere two signals of one site disagree, "
    "such as robots.txt and its terms, both are listed below and shown on the Domain card; neither is preferred. That "
    "**45% of C4 is under terms that limit its use** is quoted from Longpre et al. 2024: the verdicts are not "
    "published, so it cannot be recomputed."
)
"""What stands below the rates of the panel."""
SCENARIO_LABELS = {
    "goes_on": "Goes on as the model has it", "stops": "Stops where it is", "reverses": "Is taken back",
}  # fmt: skip
RULE_LABELS = {"published": "published", "older_wider": "older, wider: do not compare"}
PART_LABELS = {"all": "Whole corpus", "head": "Its 2,000 largest sites", "random": "All other sites"}
MEASURE_LABELS = {
    "disallow_any_ai": "bar any AI crawler",
    "disallow:GPTBot": "bar GPTBot",
    "disallow:ClaudeBot": "bar ClaudeBot",
    "disallow:CCBot": "bar CCBot",
    "disallow:Google-Extended": "bar Google-Extended",
    "behind_cloudflare": "behind Cloudflare",
    "cloudflare_default": "under its new default",
    "llms_txt": "publish llms.txt",
    "served_despite_ban": "bar GPTBot, yet serve it*",
}
"""The last is a share of the sites that bar it, not of all."""
SEGMENT_LABELS = {"all": "All 10,894 domains", "news": "News publishers", "open_web": "Open web without news"}


def month(day: date) -> str:
    """Write a month: ``2024-04``."""
    return f"{day:%Y-%m}"


def corpus_answer(one: CorpusFacts, extent: float) -> str:
    """Answer for one corpus: how much is closed, and what of it would go."""
    before = "" if one.year_before is None else f", {percent(one.year_before, 1)} a year earlier"
    text = (
        f"**{percent(one.share, 1)} of {one.name}'s tokens** were on sites closed to AI developers in "
        f"{month(one.month)}{before}"
    )
    if extent < 1:
        text += f"; honoured by {percent(extent)} of them, {percent(extent * one.share, 1)} would go"
    return f"{text}." if one.rule == "published" else f"{text}, by an older, wider rule: do not compare it."


def head_words(one: CorpusFacts) -> str:
    """Say how unevenly the closed tokens lie."""
    inside = one.head / one.head_tokens if one.head_tokens else 0.0
    outside = one.rest / (1 - one.head_tokens) if one.head_tokens < 1 else 0.0
    return (
        f"Of its {number(one.head_domains)} largest sites' tokens **{percent(inside, 1)}** were closed, of all other "
        f"sites' **{percent(outside, 1)}**; the large ones hold {percent(one.head_tokens, 1)} of "
        f"{number(one.tokens / 1e9)} billion tokens."
    )


def corpus_figure(one: CorpusFacts) -> Figure:
    """Give the share of a corpus on closed sites."""
    return Figure(
        name=f"Tokens of {one.name} on sites closed to AI developers, {month(one.month)}",
        value=one.share,
        unit="share",
        n=one.head_domains + one.random_domains,
        method=f"{one.rule} rule; {AGENTS[one.rule]}; no interval is published",
        inputs={"corpus": one.corpus, "rule": one.rule, "month": one.month.isoformat()},
    )


def honour_words(found: Honoured) -> str:
    """Say what would go by the levels that were imported."""
    bounds = "" if found.low is None else f" ({percent(found.low, 1)} to {percent(found.high, 1)})"
    return (
        f"By the levels you imported, **{percent(found.lost, 1)}**{bounds} of the tokens of {number(found.n)} observed "
        f"sites would go, {month(found.month)}; {percent(found.no_signal)} of the stored tokens are on sites not "
        f"observed."
    )


def time_answer(series: Series, ahead: Forecast) -> str:
    """Answer where the share came from and where it is heading."""
    last, then = series.points[-1], ahead.points[-1]
    where = "" if series.stratum == "all" else f", on {PART_LABELS[series.stratum].lower()}"
    text = f"**{percent(last.share, 1)} of {series.name}'s tokens** in {month(last.month)}{where}"
    if len(series.points) > 12:
        text += f", {percent(series.points[-13].share, 1)} a year before"
    bounds = "" if then.low is None else f" ({percent(then.low, 1)} to {percent(then.high, 1)})"
    says = "the model says" if then.low is not None else "assumed:"
    return f"{text}; {says} **{percent(then.share, 1)}**{bounds} for {month(then.month)}."


def forecast_words(ahead: Forecast) -> str:
    """Say by which model, and how far it may be trusted."""
    text = f"{ahead.method} on {ahead.n} months"
    return (
        f"{text}; the fit found no optimum: its interval is less sure than it looks"
        if ahead.converged is False
        else text
    )


def forecast_figure(series: Series, ahead: Forecast) -> Figure:
    """Give the share calculated for the last month ahead."""
    then = ahead.points[-1]
    return Figure(
        name=f"{series.name}: share fully restricted, calculated for {month(then.month)}",
        value=then.share,
        unit="share",
        low=then.low,
        high=then.high,
        n=ahead.n,
        method=forecast_words(ahead),
        inputs={"corpus": series.corpus, "part": series.stratum, "scenario": ahead.scenario},
    )


def back_test_words(found: BackTest) -> str:
    """Say what earlier forecasts were worth."""
    better = "worse than" if found.mean_error > found.mean_error_unchanged else "better than"
    return (
        f"Of {len(found.trials)} earlier forecasts {found.months_ahead} months ahead, **{found.held}** held what came "
        f"in their 95% interval. On average they were {100 * found.mean_error:.2f} points off, {better} saying that "
        f"nothing changes ({100 * found.mean_error_unchanged:.2f})."
    )


def step_words(steps: Sequence[Step]) -> str:
    """Give one point a step: what changed, and what happened in that month or the two before."""
    if not steps:
        return "No month changed by half a point or more."
    return "\n".join(
        f"- **{month(step.month)}: {100 * step.change:+.1f} points** to {percent(step.after, 1)}. {_before(step)}"
        for step in steps
    )


def corpus_table(facts: Sequence[CorpusFacts]) -> list[dict[str, object]]:
    """Give one row a corpus, shares in per cent."""
    return [
        {
            "corpus": one.name,
            "closed": 100 * one.share,
            "a year earlier": None if one.year_before is None else 100 * one.year_before,
            "of the largest": 100 * one.head / one.head_tokens,
            "of the others": 100 * one.rest / (1 - one.head_tokens),
            "on the largest": 100 * one.head_tokens,
            "tokens, billions": one.tokens / 1e9,
            "rule": RULE_LABELS[one.rule],
        }
        for one in facts
    ]


def agents_answer(agents: Sequence[AgentLevels]) -> str:
    """Answer who is closed out most."""
    if not agents:
        return "**No agent of that choice was counted.**"
    first = agents[0]
    strict = max(agents, key=lambda one: one.full)
    text = f"**{plain(first.agent)}** is named most, in {number(first.observed)} snapshots"
    return (
        f"{text}; {percent(first.full)} of them close the site to it. Most strictly treated is "
        f"**{plain(strict.agent)}**: {percent(strict.full)} of {number(strict.observed)}."
    )


def practice_answer(rates: Sequence[PanelRate], segment: str) -> str:
    """Answer how far what is said and what is done part."""
    found = {(rate.measure, rate.observed): rate for rate in rates if rate.segment == segment}
    last = max((day for _, day in found), default=None)
    served = found.get(("served_despite_ban", last)) if last else None
    refused = found.get(("refused_without_ban", last)) if last else None
    if served is None:
        return "**Nothing is known of that.**"
    text = f"**{percent(served.value, 1)} of the sites that bar GPTBot** in robots.txt still served it"
    more = "" if refused is None else f", and {number(refused.value)} refused it without saying so"
    return f"{text}{more} ({month(served.observed)})."


def agents_caption() -> str:
    """Name the agents that the published shares count."""
    return f"agents: {', '.join(AI_DEVELOPERS)}"


def _before(step: Step) -> str:
    if not step.events:
        return "Nothing is known that came just before."
    said = [f"[{one.day or month(one.month)} {plain(one.title)}]({one.url}) ({one.evidence})" for one in step.events]
    return f"Before: {'; '.join(said)}."


def meeting_words(found: RobotsAndTerms, corpus: str) -> str:
    """Say on how many sites terms and robots.txt part, and which way."""
    share = found.disagreeing_tokens
    weighed = "" if share is None else f"; together {percent(share, 1)} of the tokens of these sites in {corpus}"
    return (
        f"**{number(found.open_despite_terms)} of {number(found.n)} sites** forbid training or scraping in their terms "
        f"and leave robots.txt open, in part or whole; {number(found.shut_despite_terms)} close robots.txt and allow "
        f"use in their terms{weighed}."
    )


def conflict_words(found: SiteConflicts) -> str:
    """Say how many sites contradict themselves, and in which ways.

    >>> counts = {"contradicts": 1, "differs": 0, "open_door": 2, "shut_door": 0}
    >>> conflict_words(SiteConflicts(corpus="c4", read=9, compared=3, sites=2, counts=counts, rows=()))
    '**2 of 3 sites** with more than one statement do not agree: *One allows what the other forbids* 1, *Crawling is...
    """
    ways = ", ".join(f"*{CONFLICT_LABELS[kind]}* {number(n)}" for kind, n in found.counts.items() if n)
    return (
        f"**{number(found.sites)} of {number(found.compared)} sites** with more than one statement do not agree"
        f"{': ' + ways if ways else ''}."
    )


def whom(agents: Sequence[str]) -> str:
    """Name the agents that a statement concerns.

    >>> whom(["*"]), whom(["*", "GPTBot"])
    ('everyone', 'GPTBot and everyone not named')
    """
    named = ", ".join(agent for agent in agents if agent != EVERYONE)
    everyone = "everyone not named" if named else "everyone"
    return " and ".join(filter(None, (named, everyone if EVERYONE in agents else "")))
