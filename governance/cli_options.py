"""Every facet as an option, so that the command line can say what the page and the URL can."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from governance.catalogue.facets import DATASET_FACETS, Facet
from governance.catalogue.selection import SORTS, Selection

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
SnapshotOption = Annotated[str, typer.Option("--snapshot", help="State of the audit: current or 2023-10-25.")]
PolicyOption = Annotated[str, typer.Option("--policy", help="How licences are read; 'touchstone policies' lists them.")]


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a verb one option a facet, and hand it the `Selection` they make as ``selection``."""
    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != "selection"]

    def run(**options: Any) -> None:  # noqa: ANN401 - typer checks them against the signature below
        command(selection=_selection(options), **{item.name: options[item.name] for item in own})

    filters = [_parameter(facet) for facet in DATASET_FACETS]
    extra = [
        _option("text", str, "", "--text", "Words that must all occur, e.g. in name, collection, creators or tasks."),
        _option("snapshot", str, "current", "--snapshot", "State of the audit: current or 2023-10-25."),
        _option("policy", str, "audit", "--policy", "How licences are read; 'touchstone policies' lists them."),
        _option("ids", list[str] | None, None, "--id", "Only this dataset; may be given again."),
        _option("sort", str, "name", "--sort", f"Order: {', '.join(SORTS)}; a leading minus reverses it."),
    ]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    parameters = [*own, *filters, *extra]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in parameters} | {"return": None}
    return run


def _selection(options: dict[str, Any]) -> Selection:
    pairs: list[tuple[str, str]] = []
    for facet in DATASET_FACETS:
        given = options[facet.field] or []
        pairs += [(facet.field, value) for value in ([given] if isinstance(given, str) else given)]
    pairs += [("id", dataset_id) for dataset_id in options["ids"] or []]
    pairs += [("q", options["text"]), ("snapshot", options["snapshot"]), ("policy", options["policy"])]
    return Selection.from_query([*pairs, ("sort", options["sort"])])


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
