"""What if it were split, distilled, made sparse, moved to inference, ...: each as data and as a changed history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from governance.compute import effects
from governance.compute.history import History
from governance.compute.legal_vocabulary import Verdict
from governance.compute.rules import CountingRule
from governance.compute.scenario import DRAWS, SEED, assess_scenario
from governance.compute.thresholds import Instrument
from governance.compute.totals import Total
from governance.compute.variants import Band, Variant
from governance.errors import BadInput

Settings = Mapping[str, float]
Apply = Callable[[History, Settings], tuple[tuple[Variant, ...], tuple[Band, ...]]]

GUIDELINES = "Commission Guidelines on general-purpose AI (2025)"


class Setting(BaseModel, frozen=True):
    """One number a what-if asks for, with the range it may take."""

    name: str
    label: str
    default: float
    least: float
    most: float
    whole: bool = False


class WhatIf(BaseModel, frozen=True):
    """One way round, along or across a threshold.

    Args:
        number: What it does to the counted number.
        capability: What it does to what the model can do, as far as is known.
        caveat: What the numbers leave out.
        sources: What this rests on.
    """

    id: str
    title: str
    number: str
    capability: str
    caveat: str
    sources: tuple[str, ...]
    settings: tuple[Setting, ...] = ()


class Outcome(BaseModel, frozen=True):
    """What a what-if gives: changed histories, and ranges that no rule counts."""

    what_if: WhatIf
    settings: dict[str, float]
    variants: tuple[Variant, ...]
    bands: tuple[Band, ...]


class Comparison(BaseModel, frozen=True):
    """One variant under one instrument; the same fields as its `InstrumentResult`."""

    variant: str
    instrument: str
    total: Total | None
    probability: float | None
    probability_low: float | None
    probability_high: float | None
    verdict: Verdict | None


def what_ifs() -> tuple[WhatIf, ...]:
    """List every what-if.

    >>> len(what_ifs())
    15
    """
    return tuple(_ALL.values())


def apply_what_if(history: History, what_if: str, settings: Settings | None = None) -> Outcome:
    """Change a history as a what-if says.

    Args:
        history: Where to start; it stays as it is.
        what_if: Id of one of `what_ifs`.
        settings: Its numbers by name; what is left out is at its default.

    Raises:
        BadInput: There is no such what-if or setting, a setting is out of range, or the history lacks what it needs.

    >>> from governance.compute.history_files import quick_history
    >>> outcome = apply_what_if(quick_history("70B", "15T"), "split", {"entities": 4})
    >>> len(outcome.variants[0].history.runs)
    5
    """
    one = find_what_if(what_if)
    given = _settings(one, settings or {})
    variants, bands = _APPLY[what_if](history, given)
    return Outcome(what_if=one, settings=given, variants=variants, bands=bands)


def compare_what_ifs(
    variants: Sequence[Variant],
    instruments: Sequence[Instrument],
    rules: Sequence[CountingRule],
    as_of: date,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Comparison, ...]:
    """Judge several histories side by side: one row a variant and instrument, with the same random numbers.

    Args:
        variants: Histories with titles; put the unchanged one first.
        instruments: Thresholds to hold them against.
        rules: Counting rules.
        as_of: The day.
        draws: Monte Carlo draws.
        seed: Start of the random numbers.
    """
    rows = []
    for variant in variants:
        result = assess_scenario(variant.history, instruments, rules, as_of, draws, seed)
        for one in result.instruments:
            rows.append(
                Comparison(
                    variant=variant.title,
                    instrument=one.id,
                    total=one.total,
                    probability=one.probability,
                    probability_low=one.probability_low,
                    probability_high=one.probability_high,
                    verdict=one.verdict,
                )
            )
    return tuple(rows)


def find_what_if(what_if: str) -> WhatIf:
    """Give a what-if by its id.

    Raises:
        BadInput: There is none of that id.
    """
    if what_if not in _ALL:
        raise BadInput(f"'{what_if[:80]}' is not a what-if", "what-if", f"use one of {', '.join(_ALL)}")
    return _ALL[what_if]


def check_settings(what_if: str, given: Settings) -> dict[str, float]:
    """Give the settings of a what-if, those left out at their defaults.

    Raises:
        BadInput: One is not known or out of range.

    >>> check_settings("split", {})
    {'entities': 4.0}
    """
    return _settings(find_what_if(what_if), given)


def _settings(one: WhatIf, given: Settings) -> dict[str, float]:
    known = {setting.name: setting for setting in one.settings}
    for name, value in given.items():
        if name not in known:
            raise BadInput(f"'{name[:80]}' is not a setting", one.id, f"use {', '.join(known) or 'none'}")
        setting = known[name]
        if not setting.least <= value <= setting.most or (setting.whole and value != int(value)):
            kind = "a whole number" if setting.whole else "a number"
            raise BadInput(
                f"{value:.12g} is out of range",
                f"{one.id}, {name}",
                f"give {kind} {setting.least:g} to {setting.most:g}",
            )
    return {name: float(given.get(name, setting.default)) for name, setting in known.items()}


def _count(name: str, label: str, default: float, least: float, most: float) -> Setting:
    return Setting(name=name, label=label, default=default, least=least, most=most, whole=True)


def _share(name: str, label: str, default: float, least: float = 0.001, most: float = 1.0) -> Setting:
    return Setting(name=name, label=label, default=default, least=least, most=most)


_LISTED: tuple[tuple[WhatIf, Apply], ...] = (
    (
        WhatIf(
            id="split",
            title="Split the run over several entities and merge",
            number="Each run is smaller; a cumulative rule adds them up again, a rule per run does not.",
            capability="Averaged weights are as a rule weaker than one run of the same total.",
            caveat="Laws that name neither merges nor joint developers leave it open who counts what.",
            sources=(f"{GUIDELINES}, Annex, para 121",),
            settings=(_count("entities", "Entities", 4, 2, 1000),),
        ),
        effects.split,
    ),
    (
        WhatIf(
            id="sequential",
            title="Modify in steps, each at or under a share of the original",
            number="Nobody passes the share, yet the total grows: by steps × share, or by (1 + share) ^ steps.",
            capability="Grows with the added training as far as it is on good data.",
            caveat="Whether the original is the first model or the one at hand decides; the text does not say.",
            sources=(f"{GUIDELINES}, points 57-63",),
            settings=(_count("steps", "Steps", 3, 1, 50), _share("share", "Share of the original", 1 / 3)),
        ),
        effects.sequential,
    ),
    (
        WhatIf(
            id="experts",
            title="Mixture of experts: few parameters active for each token",
            number="Operations follow the active parameters; counting all of them overstates, by 18 for DeepSeek-V3.",
            capability="Better than a dense model of the active size, below one of the whole size.",
            caveat="The EU text gives its formula with all parameters for some dense models only.",
            sources=("arXiv 2412.19437", f"{GUIDELINES}, Annex, para 132"),
            settings=(_share("active", "Share of parameters active", 0.1),),
        ),
        effects.experts,
    ),
    (
        WhatIf(
            id="distillation",
            title="Distil a smaller model from this one",
            number="Three totals: the student alone, with the teacher's inference, with the teacher's training.",
            capability="A student can come near its teacher on what it was taught.",
            caveat="The EU guidelines leave the teacher's training out; most laws are silent.",
            sources=(f"{GUIDELINES}, Annex, para 120 and 122",),
            settings=(
                _share("student", "Student's size as a share of the teacher's", 0.1),
                _share("data", "Student's tokens as a share of the teacher's", 0.1),
                _share("accepted", "Share of generated samples kept", 0.5),
            ),
        ),
        effects.distillation,
    ),
    (
        WhatIf(
            id="inference",
            title="Train less and think longer at use",
            number="No change: compute at use is outside every training total.",
            capability="One or two orders of magnitude more at use were worth about one of training.",
            caveat="No statute seen counts compute at use; the exchange rate is a rough judgement on models of 2023.",
            sources=("Villalobos and Atkinson 2023, Epoch AI",),
            settings=(
                Setting(name="samples", label="Compute at use, as a multiple", default=30, least=1, most=1e6),
                _count("checkable", "Answers are cheap to check (1 or 0)", 0, 0, 1),
            ),
        ),
        effects.inference,
    ),
    (
        WhatIf(
            id="format",
            title="Train in a narrower number format",
            number="The operations stay; an estimate from hardware goes wrong by the ratio of the peaks.",
            capability="Nearly the same where the format is handled well.",
            caveat="The EU text speaks of floating point only; in US texts integer operations count too.",
            sources=(f"{GUIDELINES}, Annex, para 125",),
            settings=(_share("peak", "Peak of the new format over that of the old", 2.0, 0.1, 16.0),),
        ),
        effects.narrower,
    ),
    (
        WhatIf(
            id="merging",
            title="Merge several models of this kind",
            number="A cumulative rule adds all of them, shared ancestors once.",
            capability="Merges of models from one base keep much of what each can do.",
            caveat="Only the EU guidelines name merges.",
            sources=(f"{GUIDELINES}, Annex, para 121",),
            settings=(_count("models", "Models", 3, 2, 100),),
        ),
        effects.merging,
    ),
    (
        WhatIf(
            id="progress",
            title="Let algorithms improve while the figure stays",
            number="No change; the same ability takes less and less compute.",
            capability="The compute for a level of language modelling halved in about 8 months, 2012 to 2023.",
            caveat="Two versions of the paper give very different intervals; gains after pre-training are not in it.",
            sources=("Ho et al. 2024, arXiv 2403.05812",),
            settings=(
                Setting(name="threshold", label="Threshold, FLOP", default=1e25, least=1e15, most=1e32),
                Setting(name="years", label="Years since it was set", default=2.0, least=0.0, most=30.0),
            ),
        ),
        effects.progress,
    ),
    (
        WhatIf(
            id="data",
            title="Train as large as the data allow",
            number="The largest model that a stock of tokens serves best differs by fit, and so does its compute.",
            capability="By the fit itself: the least loss for the compute.",
            caveat="Fitted far below these sizes; several epochs stretch the data.",
            sources=("arXiv 2203.15556", "arXiv 2404.10102"),
            settings=(Setting(name="tokens", label="Tokens to be had", default=15e12, least=1e9, most=1e17),),
        ),
        effects.data,
    ),
    (
        WhatIf(
            id="public_data",
            title="Publish the generated data first",
            number="The EU leaves out making data that are open to all; others are silent.",
            capability="No change.",
            caveat="What counts as open to all is not settled.",
            sources=(f"{GUIDELINES}, Annex, para 120 and 122",),
            settings=(_share("generation", "Generation as a share of the model's compute, if none is recorded", 0.2),),
        ),
        effects.public_data,
    ),
    (
        WhatIf(
            id="research",
            title="Call part of the training research",
            number="What is only exploratory is left out of EU totals.",
            capability="No change if it shaped the model all the same.",
            caveat="What contributed to the model's abilities counts whatever it is called.",
            sources=(f"{GUIDELINES}, Annex, para 119 and 122",),
            settings=(_share("share", "Share relabelled", 0.3, 0.001, 0.999),),
        ),
        effects.research,
    ),
    (
        WhatIf(
            id="biology",
            title="A narrow model of biological sequences",
            number="Far below general figures; the one that looked for it, 1e23, is gone.",
            capability="Strong in its field at little compute.",
            caveat="No successor of the 1e23 figure was found.",
            sources=("Executive Order 14110, s. 4.2(b)(i)",),
            settings=(_share("share", "Its compute as a share of this model's", 0.02),),
        ),
        effects.biology,
    ),
    (
        WhatIf(
            id="revenue",
            title="Divide the developer into companies with less revenue",
            number="Tests of large developers ask for 500 million USD a year and may no longer be met.",
            capability="No change.",
            caveat="California counts affiliates together, which this does not model.",
            sources=("Cal. SB 53", "N.Y. RAISE Act as amended"),
            settings=(_count("companies", "Companies", 2, 2, 1000),),
        ),
        effects.revenue,
    ),
    (
        WhatIf(
            id="margin",
            title="Estimate at either end of the allowed error",
            number="Near a figure, an error of 30% decides the verdict.",
            capability="No change.",
            caveat="The EU guidelines allow the error; other texts are silent.",
            sources=(f"{GUIDELINES}, Annex, para 123",),
            settings=(_share("error", "Error", 0.3, 0.001, 0.9),),
        ),
        effects.margin_of_error,
    ),
    (
        WhatIf(
            id="reinforcement",
            title="A small base and much reinforcement learning",
            number="Rollouts and updates can outweigh pre-training and are often left out of estimates.",
            capability="Strong gains where answers can be checked.",
            caveat="The narrow EU definition counts updates; rollouts are not told apart here.",
            sources=(f"{GUIDELINES}, Annex, para 119", "Cal. SB 53"),
            settings=(
                Setting(name="ratio", label="Its compute over pre-training's", default=1.0, least=0.01, most=100.0),
            ),
        ),
        effects.reinforcement,
    ),
)
_ALL: dict[str, WhatIf] = {one.id: one for one, _ in _LISTED}
_APPLY: dict[str, Apply] = {one.id: apply for one, apply in _LISTED}
