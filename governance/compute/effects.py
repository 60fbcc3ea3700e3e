"""What each what-if does to a training history: changed histories, and ranges that no rule counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from governance.compute.drift import HALVINGS, sequential_totals, threshold_band, training_equivalent
from governance.compute.history import Circumstances, History, Run
from governance.compute.optimal import SCALING_LAWS
from governance.compute.quantities import read_quantity
from governance.compute.terms import terms_of
from governance.compute.variants import (
    Band,
    Variant,
    add_run,
    changed,
    flop_at_middle,
    fresh,
    main_run,
    rebuilt,
    scale_run,
    share_numbers,
    split_run,
    stated,
    with_input,
)
from governance.compute.vocabulary import SCALING_LAW_NAMES
from governance.errors import BadInput

Given = Mapping[str, float]
Effect = tuple[tuple[Variant, ...], tuple[Band, ...]]

_UNDER = 1 - 1e-9
"""A step at its share, but not above it."""


def split(history: History, given: Given) -> Effect:
    """Split the largest run of the model's line and merge the parts."""
    parts = int(given["entities"])
    run = main_run(history)
    _need_numbers(run)
    return (Variant(title=f"split over {parts} entities", history=split_run(history, run, parts)),), ()


def sequential(history: History, given: Given) -> Effect:
    """Add modifications by one developer after another, on both readings of the original."""
    steps, share = int(given["steps"]), given["share"]
    ends = sequential_totals(flop_at_middle(history), steps, share)
    known = history if history.run(history.final).developer else _by(history, "original")
    base = share_numbers(main_run(known))
    _need_numbers(base)
    first = last = known.with_runs(base)
    whole = flop_at_middle(history) / sum(term.at_middle() for term in terms_of(changed(base, kind="finetuning")))
    for number in range(1, steps + 1):
        first = _modify(first, scale_run(base, whole * share * _UNDER), number)
        grown = (1 + share) ** (number - 1)
        last = _modify(last, scale_run(base, whole * grown * share * _UNDER), number)
    variants = (
        Variant(title=f"{steps} steps, each against the first model", history=first),
        Variant(title=f"{steps} steps, each against the model at hand", history=last),
    )
    source = "Commission Guidelines on general-purpose AI (2025), points 57-63"
    named = ((variants[0].title, ends.against_first), (variants[1].title, ends.against_last))
    return variants, tuple(
        Band(title=title, low=flop, middle=flop, high=flop, unit="FLOP", source=source) for title, flop in named
    )


def experts(history: History, given: Given) -> Effect:
    """Make the largest run a mixture of experts of the same whole size, and count both ways."""
    run = main_run(history)
    whole = run.inputs.get("parameters")
    if whole is None or not run.has_architecture:
        raise BadInput("the largest run gives no parameters and tokens", f"run {run.id}", "give them")
    inputs = {name: one for name, one in run.inputs.items() if name not in ("active_parameters", "flop")}
    dense = changed(run, form="dense", inputs=inputs)
    sparse = changed(run, form="moe", inputs={**inputs, "active_parameters": whole.scaled(given["active"])})
    return (
        Variant(title="active parameters counted", history=history.with_runs(sparse)),
        Variant(title="all parameters counted", history=history.with_runs(dense), note="Overstates a sparse model."),
    ), ()


def distillation(history: History, given: Given) -> Effect:
    """Teach a smaller model, and give the three totals."""
    teacher = main_run(history)
    _need_numbers(teacher)
    teaching = flop_at_middle(history)
    own = sum(term.at_middle() for term in terms_of(teacher)) * given["student"] * given["data"]
    generating = own / given["student"] / 3 / given["accepted"]
    shared = share_numbers(teacher)
    owner = history.run(history.final).developer
    student = _like(shared, own, id=fresh(history, "student"), kind="distillation", developer=owner)
    made = {"kind": "synthetic_generation", "public_data": False}
    inference = _like(shared, generating, id=fresh(history, "teacher inference"), **made)
    history = history.with_runs(shared)
    alone = History(runs=(student,), final=student.id, circumstances=history.circumstances)
    with_inference = add_run(alone, inference, {})
    with_inference = rebuilt(
        with_inference, edges=({"child": student.id, "parent": inference.id, "kind": "taught_by"},)
    )
    whole = add_run(add_run(history, inference, {history.final: "initialised_from"}), student, {}, final=True)
    edges = ({"child": student.id, "parent": inference.id, "kind": "taught_by"},)
    whole = rebuilt(whole, edges=(*whole.edges, *edges))
    variants = (
        Variant(title="student alone", history=alone),
        Variant(title="student and teacher's inference", history=with_inference),
        Variant(title="student, teacher's inference and training", history=whole, note="As far as a rule counts it."),
    )
    sums = (own, own + generating, own + generating + teaching)
    source = "6 operations a parameter and token to train, 2 to generate"
    return variants, tuple(
        Band(title=variant.title, low=flop, middle=flop, high=flop, unit="FLOP", source=source)
        for variant, flop in zip(variants, sums, strict=True)
    )


def inference(history: History, given: Given) -> Effect:
    """Leave the history and say what the compute at use would be worth in training."""
    orders = math.log10(given["samples"])
    worth = training_equivalent(orders, cheaply_checked=bool(given["checkable"]))
    variants = (Variant(title="unchanged", history=history, note="No statute seen counts compute at use."),)
    if worth is None:
        return variants, ()
    base, middle = flop_at_middle(history), (worth.low + worth.high) / 2
    # The published ranges are good to about one order of magnitude at best.
    low, high = max(0.0, worth.low - 1), worth.high + 1
    band = Band(
        title="training-equivalent compute",
        low=base * 10**low,
        middle=base * 10**middle,
        high=base * 10**high,
        unit="FLOP",
        source="Villalobos and Atkinson 2023, Epoch AI, with one order of magnitude either way",
    )
    return variants, (band,)


def narrower(history: History, given: Given) -> Effect:
    """Change the number format, with the estimate from hardware done right and done wrong."""
    run = main_run(history)
    right = history.with_runs(changed(run, numeric_format="fp8"))
    variants = [Variant(title="narrower format, same operations", history=right)]
    if run.has_hardware:
        hardware = {name: one for name, one in run.inputs.items() if name not in ("flop", "tokens")}
        plain = {name: one for name, one in hardware.items() if "parameters" not in name}
        faster = plain["chip_peak"].scaled(given["peak"])
        wrong = with_input(changed(run, inputs=plain, numeric_format="fp8"), "chip_peak", faster)
        note = "The hours are those of the old format: with the new peak they overstate."
        variants.append(
            Variant(title="hardware estimate with the other peak", history=history.with_runs(wrong), note=note)
        )
    return tuple(variants), ()


def merging(history: History, given: Given) -> Effect:
    """Merge the model with others trained the same way on the same ancestors."""
    last = share_numbers(history.run(history.final))
    _need_numbers(last)
    history = history.with_runs(last)
    taken = {edge.parent: edge.kind for edge in history.edges if edge.child == last.id}
    whole, parts = history, [last.id]
    for number in range(2, int(given["models"]) + 1):
        copy = changed(last, id=fresh(whole, f"{last.id} sibling {number}"))
        whole = add_run(whole, copy, taken)
        parts.append(copy.id)
    merged = Run(id=fresh(whole, "merge"), kind="merge", developer=last.developer)
    whole = add_run(whole, merged, dict.fromkeys(parts, "merged_from"), final=True)
    return (Variant(title=f"{len(parts)} models merged", history=whole),), ()


def progress(history: History, given: Given) -> Effect:
    """Leave the history and age the threshold, with both published intervals."""
    bands = []
    for name in HALVINGS:
        band = threshold_band(given["threshold"], given["years"], name)
        title = f"equal-capability threshold ({band.coverage:.0%} interval)"
        bands.append(Band(title=title, low=band.low, middle=band.flop, high=band.high, unit="FLOP", source=band.source))
    return (Variant(title="unchanged", history=history),), tuple(bands)


def data(history: History, given: Given) -> Effect:
    """Train the model that a stock of tokens serves best, by three fits."""
    variants = []
    for name in SCALING_LAW_NAMES:
        law, tokens = SCALING_LAWS[name], given["tokens"]
        # At the optimum alpha * a / parameters^alpha = beta * b / tokens^beta.
        parameters = (law.alpha * law.a / (law.beta * law.b) * tokens**law.beta) ** (1 / law.alpha)
        run = main_run(history)
        inputs = {
            "parameters": read_quantity(parameters, "parameters"),
            "tokens": read_quantity(tokens, "tokens"),
        }
        new = changed(run, form="dense", inputs=inputs, shared={})
        variants.append(
            Variant(title="data-optimal, " + name.replace("_", " "), history=history.with_runs(new), note=law.source)
        )
    return tuple(variants), ()


def public_data(history: History, given: Given) -> Effect:
    """Make the generated data private in one history and public in another."""
    if not any(run.kind == "synthetic_generation" for run in history.runs):
        flop = flop_at_middle(history) * given["generation"]
        new = stated(fresh(history, "data generation"), flop, kind="synthetic_generation")
        history = rebuilt(
            add_run(history, new, {}),
            edges=(*history.edges, {"child": history.final, "parent": new.id, "kind": "data_from"}),
        )
    made = [run for run in history.runs if run.kind == "synthetic_generation"]
    return tuple(
        Variant(title=title, history=history.with_runs(*(changed(run, public_data=public) for run in made)))
        for title, public in (("data kept private", False), ("data published", True))
    ), ()


def research(history: History, given: Given) -> Effect:
    """Move part of the largest run into one called exploratory."""
    run = main_run(history)
    _need_numbers(run)
    moved = changed(scale_run(run, given["share"]), id=fresh(history, f"{run.id} research"), kind="exploratory")
    rest = history.with_runs(scale_run(run, 1 - given["share"]))
    whole = rebuilt(
        rest,
        runs=(*rest.runs, moved),
        edges=(*rest.edges, {"child": run.id, "parent": moved.id, "kind": "initialised_from"}),
    )
    return (Variant(title="part called research", history=whole),), ()


def biology(history: History, given: Given) -> Effect:
    """Make a narrow model of biological sequences with a share of the compute."""
    flop = flop_at_middle(history) * given["share"]
    final = _like(main_run(history), flop, id=history.final, data_domain="biological_sequence")
    about = history.circumstances
    facts = {name: words for name, words in about.facts.items() if name not in ("data_domain", "modality")}
    narrow = Circumstances(amounts=about.amounts, facts={**facts, "modality": ("other",)})
    whole = History(runs=(final,), final=final.id, circumstances=narrow)
    return (Variant(title="narrow biological model", history=whole),), ()


def revenue(history: History, given: Given) -> Effect:
    """Divide the revenue."""
    about = history.circumstances
    whole = about.amounts.get("revenue")
    if whole is None:
        raise BadInput("the revenue is not known", "circumstances, revenue", "give the revenue of a year in USD")
    companies = int(given["companies"])
    part = Circumstances(amounts={**about.amounts, "revenue": whole.scaled(1 / companies)}, facts=about.facts)
    return (Variant(title=f"{companies} companies", history=rebuilt(history, circumstances=part)),), ()


def margin_of_error(history: History, given: Given) -> Effect:
    """Make every run smaller and larger by the allowed error."""
    return tuple(
        Variant(
            title=f"{sign * given['error']:+.0%}", history=history.with_runs(*_all(history, 1 + sign * given["error"]))
        )
        for sign in (-1, 1)
    ), ()


def reinforcement(history: History, given: Given) -> Effect:
    """Add reinforcement learning to the model."""
    last = history.run(history.final)
    flop = flop_at_middle(history) * given["ratio"]
    new = stated(fresh(history, "reinforcement"), flop, kind="reinforcement", developer=last.developer)
    whole = add_run(history, new, {history.final: "initialised_from"}, final=True)
    return (Variant(title="with reinforcement learning", history=whole),), ()


def _all(history: History, factor: float) -> tuple[Run, ...]:
    return tuple(scale_run(run, factor) for run in history.runs)


def _by(history: History, developer: str) -> History:
    return history.with_runs(*(changed(run, developer=run.developer or developer) for run in history.runs))


def _modify(history: History, like: Run, number: int) -> History:
    """Add a modification that shares the numbers of a run, so that it is as uncertain as that."""
    name = fresh(history, f"modification {number}")
    run = changed(like, id=name, title="", kind="finetuning", developer=f"modifier {number}")
    return add_run(history, run, {history.final: "initialised_from"}, final=True)


def _like(run: Run, flop: float, **fields: Any) -> Run:  # noqa: ANN401 - the fields of a run
    """Give a run that is another one many times over: as uncertain as that, with these FLOP at the middles."""
    copy = changed(run, title="", **fields)
    return scale_run(copy, flop / math.fsum(term.at_middle() for term in terms_of(copy)))


def _need_numbers(run: Run) -> None:
    if run.method == "none":
        raise BadInput("the run gives no numbers", f"run {run.id}", "give parameters and tokens, or FLOP")
