"""A mixture of datasets by share: whose licence binds it, and how much of it comes from sites that now close."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from governance.catalogue.vocabulary import USE_CLASSES
from governance.errors import BadInput
from governance.provenance.datasets import load_datasets
from governance.provenance.licences import STRENGTH
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn
from governance.research.labs.sliders import sliders

PERCENT = 100
_CLOSE = 1e-9


def with_shares(frame: pl.DataFrame, given: Mapping[str, float]) -> pl.DataFrame:
    """Scale shares to 1, set some of them, and scale all to 1 again.

    Args:
        frame: Columns dataset, share.
        given: Shares that are set, 0 to 1, by dataset; the others stay as stated.

    Raises:
        BadInput: A share is below 0, all are 0, a dataset stands twice, or there is none of a name.

    >>> with_shares(pl.DataFrame({"dataset": ["a", "b"], "share": [3.0, 1.0]}), {"a": 0.25})["share"].to_list()
    [0.5, 0.5]
    """
    _check_shares(frame)
    if frame["dataset"].is_duplicated().any():
        raise BadInput("a dataset stands twice", "column dataset", "write one row a dataset")
    for name in given:
        if name not in set(frame["dataset"]):
            raise BadInput(f"there is no dataset '{name:.80}'", "setting shares", "name one of the table")
    scaled = frame.with_columns(share=pl.col("share") / pl.col("share").sum())
    own = pl.col("dataset").replace_strict(dict(given), default=None, return_dtype=pl.Float64)
    found = scaled.with_columns(share=pl.coalesce(own, "share"))
    _check_shares(found)
    return found.with_columns(share=pl.col("share") / pl.col("share").sum())


def _check_shares(frame: pl.DataFrame) -> None:
    if frame.filter(pl.col("share") < 0).height or not frame["share"].sum():
        raise BadInput("shares cannot be below 0, nor all of them 0", "column share", "write parts, e.g. 0.4 or 40")


def beyond_tested(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the datasets whose share is outside those that were tried; nothing is known of what it does.

    Args:
        rows: Columns share, tested_low, tested_high, 0 to 1; null: not stated.

    Raises:
        BadInput: Tested shares are not from 0 to 1, or the lowest is above the highest.
    """
    low, high = pl.col("tested_low"), pl.col("tested_high")
    if rows.filter(~low.is_between(0, 1) | ~high.is_between(0, 1) | (low > high)).height:
        fix = "write shares from 0 to 1, the lowest that was tried first"
        raise BadInput("tested shares are out of order", "columns tested_low and tested_high", fix)
    return rows.filter((pl.col("share") < low - _CLOSE) | (pl.col("share") > high + _CLOSE))


def _lookup(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    known = load_datasets(connection).frame.select(
        dataset="id", name="name", found="effective_use", deciding="deciding_licence", sites="sites_known",
        full="sources_full",
    )  # fmt: skip
    joined = frame.join(known, on="dataset", how="left", maintain_order="left")
    words = pl.col("use").str.strip_chars().str.to_lowercase()
    stated = pl.when(words.is_in(list(USE_CLASSES))).then(words)
    basis = (
        pl.when(pl.col("found").is_not_null())
        .then(pl.lit("catalogue"))
        .when(stated.is_not_null())
        .then(pl.lit("stated in the file"))
    )
    return joined.with_columns(use=pl.coalesce("found", stated), basis=basis.otherwise(pl.lit("unknown")))


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    given = sliders(settings, "shares")
    rows = with_shares(frame, given).sort("share", "dataset", descending=[True, False])
    beyond = beyond_tested(rows)
    stated = rows.filter(pl.any_horizontal(pl.col("tested_low", "tested_high").is_not_null())).height
    used = rows.filter(pl.col("share") > 0)
    unknown = used.filter(pl.col("use").is_null())
    known = used.filter(pl.col("use").is_not_null())
    strictest = max(known["use"], key=lambda one: STRENGTH[one]) if known.height else None
    by_use = [
        {"use": use.replace("_", " "), "share": float(known.filter(pl.col("use") == use)["share"].sum()),
         "datasets": known.filter(pl.col("use") == use).height}
        for use in USE_CLASSES
    ] + [{"use": "unknown here", "share": float(unknown["share"].sum()), "datasets": unknown.height}]  # fmt: skip
    read = used.filter(pl.col("sites") > 0)
    # A dataset's part that closes is taken as the share of its sites that do; each of its sites counts alike.
    closed = float((read["share"] * read["full"] / read["sites"]).sum()) if read.height else None
    covered = float(read["share"].sum())
    commercial = float(known.filter(pl.col("use") == "commercial")["share"].sum())
    if strictest is None:
        answer = "None of these datasets is known here, so no use class can be given"
    else:
        binds = known.filter(pl.col("use") == strictest).row(0, named=True)
        answer = (
            f"As a whole the mixture is {strictest.replace('_', ' ')}, by '{binds['name'] or binds['dataset']}' "
            f"({binds['share']:.1%} of it); {commercial:.0%} of it is free for commercial use"
        )
        answer += f", {unknown['share'].sum():.0%} is unknown" if unknown.height else ""
    answer += (
        f"; sites behind it were read for {covered:.0%}, {closed:.1%} of the mixture comes from sites that now close"
        if closed is not None else "; no site behind it was read"
    )  # fmt: skip
    if beyond.height:
        far = beyond.row(0, named=True)
        answer += (
            f"; {far['share']:.0%} of '{far['dataset']}' is beyond the shares that were tried "
            f"({_range(far['tested_low'], far['tested_high'])}): nothing is known of what it does"
        )
    listed = rows.select(
        "dataset",
        "name",
        "share",
        "tested_low",
        "tested_high",
        "use",
        "basis",
        "deciding",
        sites_read="sites",
        sites_closed="full",
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(LabFigure(
            title="Share of the mixture by what its licences allow", table=pl.DataFrame(by_use), chart="bars",
            x="share", y="use", x_title="share of the mixture", form=".0%", alt=answer,
        ),),
        numbers=(
            Number("free for commercial use", PERCENT * commercial, "% of the mixture"),
            Number("unknown use", PERCENT * float(unknown["share"].sum()), "% of the mixture"),
            Number("from sites that now close", None if closed is None else PERCENT * closed, "% of the mixture"),
            Number("with a site that was read", PERCENT * covered, "% of the mixture"),
            Number("datasets beyond the shares that were tried", float(beyond.height) if stated else None, "count"),
        ),
        tables={"Datasets of the mixture": listed},
        method="strictest effective use class over all datasets with a share; catalogue before what the file states",
        n=rows.height, counted="datasets",
        limits=(
            "A dataset that is not in the catalogue and states no use stays unknown; it is never taken to be free.",
            "What a share does to a model is not foretold here; 'What a share of the data brought' reads your trials.",
            "What closes counts each site of a dataset alike, of those whose robots.txt was read; not legal advice.",
        ),
    )  # fmt: skip


def _example(seed: int) -> pl.DataFrame:
    rows = [("invented-web-text", 0.70, "commercial", None, None), ("invented-code", 0.20, "commercial", 0.0, 0.5),
            ("invented-dialogues", 0.08, "noncommercial", None, 0.1),
            ("invented-exams", 0.02, None, None, None)]  # fmt: skip
    schema = {"dataset": pl.String, "share": pl.Float64, "use": pl.String, "tested_low": pl.Float64,
              "tested_high": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high:.0%}" if low is None else f"at least {low:.0%}"
    return f"{low:.0%} to {high:.0%}"


MIXTURE = Lab(
    name="mixture",
    title="Licence and consent of a mixture",
    topic="Data choice",
    question="What may a mixture of datasets be used for, and how much of it comes from sites that close?",
    source="table",
    run=_run,
    example=_example,
    planted="8% non-commercial dialogues bind the whole; 90% is free for commercial use and 2% unknown.",
    papers=("to-code-or-not", "data-provenance-initiative"),
    needs=("dataset", "share"),
    columns=(
        TableColumn("dataset", "text", "id of a dataset in the catalogue, or any name"),
        TableColumn("share", "number", "part of the mixture; shares are scaled to 1"),
        TableColumn("use", "text", f"for one not in the catalogue: {', '.join(USE_CLASSES)}", needed=False),
        TableColumn("tested_low", "number", "lowest share that was tried in training, 0 to 1", needed=False),
        TableColumn("tested_high", "number", "highest share that was tried, 0 to 1", needed=False),
    ),
    settings=(
        Setting("shares", "Shares", "sliders", "", "Part of each dataset, 0 to 1; where untouched, as the table states",
                low=0.0, high=1.0, column="dataset", start="share", total=True, many=4000),
    ),
    lookup=_lookup,
)  # fmt: skip
