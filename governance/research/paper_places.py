"""Where one can check a paper's findings here: pages of the app with their settings, by paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel


class Place(BaseModel, frozen=True):
    """A page where one can turn the knobs of what a paper is about.

    Args:
        page: Its address, without a slash.
        label: What one does there; empty: what the page says of itself.
        query: Its settings.
    """

    page: str
    label: str
    query: dict[str, str] = {}


LABS = "labs"


def _place(page: str, label: str, **query: str) -> Place:
    return Place(page=page, label=label, query=query)


def _lab(name: str) -> Place:
    return _place(LABS, f"Lab {name.replace('-', ' ')}", lab=name)


_HOSTS = _place("hosts", "Licences that sites leave out or state otherwise")
_LINEAGE = _place("lineage", "The strictest terms over everything a dataset derives from")
_CONSENT = _place("consent", "How much of a corpus is closed, over time", show="time")
_POOLS = _place("feedback", "Pools of votes, and what is left when somebody leaves")
_VOTES = _place("sample-size", "Whether a win rate is a win, and the votes it needs")
_RUNS = _place("sample-size", "Intervals of a few runs, and the number that would tell")
_WORST = _place("languages", "Scores, worst languages and gaps by language")
_SETS = _place("languages", "Coverage of languages by a set of scores", show="coverage")
_LEADERBOARD = _place("leaderboards", "Win rates and rankings with intervals")
_RESCORED = _place("rescoring", "How far a ranking moves when outputs are scored again")
_ENERGY = _place("footprint", "Energy, emissions and cost with every assumption open")
_MODELS = _place("models", "Sizes, tokens and compute of published models")
_SIZES = _lab("serving-memory")
_BENCHMARKS = _place("benchmarks", "How many benchmarks each language has")
_MIXTURE = _place("composition", "Two mixtures of data side by side")

PLACES: Mapping[str, tuple[Place, ...]] = {
    "active-inheritance": (
        _place("datasets", "Datasets that generating models wrote", authorship="models"),
    ),
    "ai-biorisk": (
        _place("evidence-review", "Studies by step and baseline, with the empty cells"),
        _place("evidence-review", "Findings over time", show="timeline"),
    ),
    "aya-23": (_WORST, _SETS, _MODELS, _SIZES),
    "aya-dataset": (_place("datasets", "Its parts and their licences", q="aya"), _POOLS),
    "aya-expanse": (_VOTES, _LEADERBOARD, _MODELS, _BENCHMARKS),
    "aya-model": (_WORST, _place("datasets", "The data it was trained on", q="aya")),
    "aya-vision": (_VOTES, _MODELS, _SIZES),
    "black-box-toxicity-apis": (_RESCORED,),
    "command-a": (_VOTES, _MODELS, _SIZES),
    "compression-multilingual": (_WORST,),
    "compute-thresholds": (
        _place("thresholds", "A run under every threshold, with its probability"),
        _place("scenarios", "What changes when a run is split, distilled or moved to inference"),
        _place("backtest", "Which models a threshold would have caught"),
    ),
    "consent-in-crisis": (
        _CONSENT, _place("consent", "What would be lost if everyone honoured it"),
        _place("consent", "What robots.txt and terms say against each other", show="conflicts"),
    ),
    "data-provenance-initiative": (_HOSTS, _LINEAGE, _place("datasets", "The audited datasets")),
    "dp-prompt": (_lab("privacy-front"), _lab("document-epsilon")),
    "efficient-nlp-survey": (_ENERGY,),
    "elo-uncovered": (
        _place("robustness", "Ratings under other orders of the same votes"),
        _place("robustness", "Cycles in who beats whom", show="cycles"), _LEADERBOARD,
    ),
    "frontier-ai-regulation": (
        _place("risk", "The release decision, the rule it is judged by, and what reopens it"),
        _place("systems", "What is due and out of date"),
    ),
    "ganno": (_lab("optimiser-curves"), _lab("toy-schedules")),
    "global-mmlu": (_place("languages", "Ranks on culturally sensitive and agnostic items", show="culture"), _WORST),
    "goldilocks-implicature": (_RUNS,),
    "goodtriever": (_RESCORED, _lab("product-of-experts")),
    "grand-illusion-portability": (
        _place("hardware", "Which functions run on which device", show="portability"),
        _place("hardware", "The cheapest devices that run all of yours", show="cover"),
    ),
    "include": (_WORST, _RUNS),
    "inference-scaling-multilingual": (_place("selection-effects", "The best of several tries"),),
    "kaleidoscope": (_WORST, _RUNS),
    "leaderboard-illusion": (
        _place("selection-effects", "What the best of several tries gains"),
        _place("selection-effects", "Shares of battles by provider", show="shares"),
        _place("selection-effects", "Retired models and the ranking", show="retire"),
        _place("selection-effects", "What data from the arena gain", show="access"),
    ),
    "m-rewardbench": (_WORST,),
    "mmteb": (
        _place("benchmarks", "Rank models over any of its tasks", show="ranking"),
        _place("benchmarks", "The fewest tasks that keep the ranking", show="subset"),
        _place("benchmarks", "All its tasks"),
    ),
    "multilingual-toxicity": (_RESCORED,),
    "open-human-feedback": (_POOLS,),
    "open-world-evaluations": (
        _RUNS, _place("evidence-review", "Case sheets, which no mean takes in", show="cases"),
    ),
    "prompt-prioritization": (_place("prompts", "Which prompts to judge first, and the ties that saves"),),
    "quantization-multilingual": (_WORST,),
    "rlhf-many-languages": (_VOTES, _LEADERBOARD, _MODELS),
    "social-impact-evaluation": (
        _place("social-impact", "The checklist, item by item"),
        _place("crosswalk", "Its items beside those of other frameworks"),
    ),
    "tiny-aya": (_WORST, _MODELS, _SIZES),
    "to-code-or-not": (_MIXTURE,),
    "tooling-randomness": (
        _place("hardware", "What determinism costs", show="determinism"),
    ),
    "universal-tokenizer": (_lab("tokenizer-cost"), _lab("bpe-coverage")),
}  # fmt: skip


def places_of(paper_id: str, pages: Iterable[str] = (), labs: Iterable[str] = ()) -> tuple[Place, ...]:
    """Give the pages where one can check a paper's findings, the closest first, then the labs for one's own files.

    Args:
        paper_id: The paper.
        pages: Further pages that the ledger names for its claims.
        labs: Labs that the ledger names for them.

    >>> [place.page for place in places_of("compute-thresholds", ["backtest", "models"])]
    ['thresholds', 'scenarios', 'backtest', 'models']
    """
    named = PLACES.get(paper_id, ())
    more = dict.fromkeys(page for page in pages if page not in {LABS, *(place.page for place in named)})
    listed = {place.query.get("lab") for place in named}
    own = (_lab(name) for name in dict.fromkeys(labs) if name not in listed)
    return (*named, *(_place(page, "") for page in more), *own)
