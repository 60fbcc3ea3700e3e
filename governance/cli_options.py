"""Every facet as an option, so that the command line can say what the page and the URL can."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from governance.catalogue.facets import Facet
from governance.catalogue.selection import FacetSelection, Selection, choice
from governance.compute.chip_measures import NUMBER_FORMATS
from governance.compute.estimate_inputs import INPUTS
from governance.compute.footprint_words import FIELDS, USES, WORKS, FootprintWords
from governance.compute.model_selection import ModelSelection
from governance.compute.vocabulary import ARCHITECTURES, Dimension
from governance.errors import BadInput
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.research.paper_selection import PaperSelection

EXAMPLES: dict[Dimension, str] = {
    "parameters": "a count, e.g. 70e9, 70B or 60-200B",
    "tokens": "tokens, e.g. 15e12, 15T or 8-25T",
    "factor": "a factor, e.g. 1.05 or 'triangular(1, 1.05, 1.6)'",
    "count": "a count, e.g. 80",
    "chips": "a count, e.g. 16384",
    "hours": "hours, e.g. 2000 or '3 months'",
    "chip_hours": "chip-hours, e.g. 6.4M",
    "flop_per_second": "dense operations a second of one chip, e.g. '989 TFLOP/s'",
    "fraction": "a share, e.g. 0.4 or 35-45%",
}

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
CsvFlag = Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=0, help="At most so many rows.")]
FacetsFlag = Annotated[bool, typer.Option("--facets", help="With JSON, count every facet too.")]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv, jsonl, parquet or json.")]
ExportFolder = Annotated[Path, typer.Option("--out", help="Folder for the files.")]
FromOption = Annotated[Path | None, typer.Option("--from", help="Make an export again from its manifest.json.")]
OtherVersionFlag = Annotated[
    bool, typer.Option("--allow-other-version", help="With --from, export anew from this catalogue.")
]
SnapshotOption = Annotated[str, typer.Option("--snapshot", help="State of the audit: current or 2023-10-25.")]
PolicyOption = Annotated[str, typer.Option("--policy", help="How licences are read; 'touchstone policies' lists them.")]


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option a facet of datasets, and hand it the `Selection` they make as ``selection``."""
    return _with_options(
        command,
        Selection,
        "Words that must all occur, e.g. in name, collection, creators or tasks.",
        [
            _option("snapshot", str, "current", "--snapshot", "State of the audit: current or 2023-10-25."),
            _option("policy", str, "audit", "--policy", "How licences are read; 'touchstone policies' lists them."),
            _option("ids", list[str] | None, None, "--id", "Only this dataset; may be given again."),
        ],
    )


def with_model_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option a facet of models, and hand it the `ModelSelection` they make as ``selection``."""
    return _with_options(
        command,
        ModelSelection,
        "Words that must all occur, e.g. in name, organisation, domain or hardware.",
        [_option("ids", list[str] | None, None, "--id", "Only this model; may be given again.")],
    )


def with_benchmark_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option a facet of benchmarks, and hand it the `BenchmarkSelection` they make."""
    return _with_options(
        command,
        BenchmarkSelection,
        "Words that must all occur, e.g. in name, type, domain or the hub id of its data.",
        [_option("ids", list[str] | None, None, "--id", "Only this benchmark; may be given again.")],
    )


def with_paper_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option a facet of papers, and hand it the `PaperSelection` they make as ``selection``."""
    return _with_options(
        command,
        PaperSelection,
        "Words that must all occur in title, authors or summary.",
        [_option("ids", list[str] | None, None, "--id", "Only this paper; may be given again.")],
    )


def with_inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option an input of an estimate, and hand it those given as ``inputs``, by name."""
    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != "inputs"]
    asked = [_option(name, str | None, None, f"--{name.replace('_', '-')}", _said(name)) for name in INPUTS]
    kinds = f"What is trained: {', '.join(ARCHITECTURES)}."
    asked.insert(0, _option("architecture", str, ARCHITECTURES[0], "--architecture", kinds))

    def run(**options: Any) -> None:  # noqa: ANN401 - typer checks them against the signature below
        given = {item.name: options[item.name] for item in asked}
        command(inputs=given, **{item.name: options[item.name] for item in own})

    return _dressed(run, command, [*asked, *own])


def _said(name: str) -> str:
    return f"{name.replace('_', ' ').capitalize()}: {EXAMPLES[INPUTS[name]]}."


def with_footprint_words(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option an amount of a footprint, and hand it the `FootprintWords` they make as ``words``."""
    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != "words"]

    def run(**options: Any) -> None:  # noqa: ANN401 - typer checks them against the signature below
        command(words=_footprint_words(options), **{item.name: options[item.name] for item in own})

    text = str | None
    asked = [
        _option("model", text, None, "--model", "Start from a model of the catalogue, by id."),
        _option("work", text, None, "--work", f"How training is given: {', '.join(WORKS)}."),
        _option("use", str, "none", "--use", f"How use is given: {', '.join(USES)}."),
        *(
            _option(field.name, text, None, f"--{field.name.replace('_', '-')}", f"{field.label}: {field.help}.")
            for field in FIELDS
        ),
        _option("chip", text, None, "--chip", "Name or id of a chip; by default the model's."),
        _option("number_format", text, None, "--number-format", f"Its peak in: {', '.join(NUMBER_FORMATS)}."),
        _option("grid", text, None, "--grid", "Id of a grid, or none; by default the country of the model's maker."),
        _option("facility", text, None, "--facility", "Id of who runs the data centre."),
        _option("price_year", int | None, None, "--price-year", "Year of the price of a chip hour."),
        _option("assumed", list[str] | None, None, "--set", "An assumption, such as pue=1.1; may be given again."),
    ]
    parameters = [*asked, *own]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in parameters} | {"return": None}
    return run


def _footprint_words(options: dict[str, Any]) -> FootprintWords:
    pairs = [text.partition("=") for text in options["assumed"] or []]
    for name, equals, _ in pairs:
        if not equals:
            raise BadInput(f"'{name:.40}' sets nothing", "option --set", "write a name and a value, such as pue=1.1")
    for name, allowed in (("work", WORKS), ("use", USES), ("number_format", NUMBER_FORMATS)):
        if options[name] is not None:
            choice(options[name], allowed, f"option --{name.replace('_', '-')}")
    named = ("model", "work", "use", "chip", "number_format", "grid", "facility", "price_year")
    return FootprintWords(
        amounts={field.name: options[field.name] for field in FIELDS if options[field.name] is not None},
        assumptions={name: value for name, _, value in pairs},
        **{name: options[name] for name in named},
    )


def _with_options(
    command: Callable[..., None], kind: type[FacetSelection], searched: str, extra: list[inspect.Parameter]
) -> Callable[..., None]:
    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != "selection"]

    def run(**options: Any) -> None:  # noqa: ANN401 - typer checks them against the signature below
        command(selection=_selection(kind, options), **{item.name: options[item.name] for item in own})

    order = f"Order: {', '.join(kind.sorts)}; a leading minus reverses it."
    parameters = [
        *own,
        *map(_parameter, kind.facets),
        _option("text", str, "", "--text", searched),
        *extra,
        _option("sort", str, kind.usual_order(), "--sort", order),
    ]
    return _dressed(run, command, parameters)


def _dressed(
    run: Callable[..., None], command: Callable[..., None], parameters: list[inspect.Parameter]
) -> Callable[..., None]:
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in parameters} | {"return": None}
    return run


def _selection(kind: type[FacetSelection], options: dict[str, Any]) -> FacetSelection:
    pairs: list[tuple[str, str]] = []
    for facet in kind.facets:
        given = options[facet.field] or []
        pairs += [(facet.field, value) for value in ([given] if isinstance(given, str) else given)]
    pairs += [("id", key) for key in options["ids"] or []]
    pairs += [("q", options["text"]), *((name, options[name]) for name in kind.scope)]
    return kind.from_query([*pairs, ("sort", options["sort"])])


def _parameter(facet: Facet) -> inspect.Parameter:
    flag = f"--{facet.field.replace('_', '-')}"
    if facet.kind == "range":
        return _option(
            facet.field, str | None, None, flag, f"{facet.help}; LOW..HIGH, LOW.. or ..HIGH, both inclusive."
        )
    return _option(facet.field, list[str] | None, None, flag, f"{facet.help}; may be given again.")


def _option(name: str, kind: object, default: object, flag: str, text: str) -> inspect.Parameter:
    annotation = Annotated[kind, typer.Option(flag, help=text)]  # type: ignore[valid-type]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
