"""A mixture of datasets by share: whose licence binds it, and how much of it comes from sites that now close."""

from __future__ import annotations

import duckdb
import polars as pl

from governance.catalogue.vocabulary import USE_CLASSES
from governance.errors import BadInput
from governance.provenance.datasets import load_datasets
from governance.provenance.licences import STRENGTH
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number, text

PERCENT = 100


def with_share(frame: pl.DataFrame, dataset: str, share: float | None) -> pl.DataFrame:
    """Scale shares to 1, and set one of them; the others keep their proportions.

    Args:
        frame: Columns dataset, share.
        dataset: The one that is set; empty: none.
        share: Its share, 0 to 1; ``None``: as stated.

    Raises:
        BadInput: A share is below 0, all are 0, or there is no such dataset.

    >>> with_share(pl.DataFrame({"dataset": ["a", "b", "c"], "share": [2.0, 1.0, 1.0]}), "a", 0.8)["share"].to_list()
    [0.8, 0.09..., 0.09...]
    """
    if frame.filter(pl.col("share") < 0).height or not frame["share"].sum():
        raise BadInput("shares cannot be below 0, nor all of them 0", "column share", "write parts, e.g. 0.4 or 40")
    if frame["dataset"].is_duplicated().any():
        raise BadInput("a dataset stands twice", "column dataset", "write one row a dataset")
    scaled = frame.with_columns(share=pl.col("share") / pl.col("share").sum())
    if not dataset or share is None:
        return scaled
    mine = pl.col("dataset") == dataset
    here = float(scaled.filter(mine)["share"].sum())
    if dataset not in set(scaled["dataset"]):
        raise BadInput(f"there is no dataset '{dataset:.80}'", "setting dataset", "choose one of the table")
    if here >= 1 and share < 1:
        raise BadInput("it is the only dataset", "setting share", "add others to the table")
    rest = (1 - share) / (1 - here) if here < 1 else 0.0
    return scaled.with_columns(share=pl.when(mine).then(share).otherwise(pl.col("share") * rest))


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
    share = settings["share"]
    asked = None if share is None else number(settings, "share")
    rows = with_share(frame, text(settings, "dataset"), asked).sort("share", "dataset", descending=[True, False])
    used = rows.filter(pl.col("share") > 0)
    unknown = used.filter(pl.col("use").is_null())
    known = used.filter(pl.col("use").is_not_null())
    strictest = max(known["use"], key=lambda one: STRENGTH[one]) if known.height else None
    by_use = [
        {"use": use, "share": float(known.filter(pl.col("use") == use)["share"].sum()),
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
    listed = rows.select(
        "dataset", "name", "share", "use", "basis", "deciding", sites_read="sites", sites_closed="full"
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
        ),
        tables={"Datasets of the mixture": listed},
        method="strictest effective use class over all datasets with a share; catalogue before what the file states",
        n=rows.height, counted="datasets",
        limits=(
            "A dataset that is not in the catalogue and states no use stays unknown; it is never taken to be free.",
            "What closes counts each site of a dataset alike, of those whose robots.txt was read; not legal advice.",
        ),
    )  # fmt: skip


def _example(seed: int) -> pl.DataFrame:
    rows = [("invented-web-text", 0.70, "commercial"), ("invented-code", 0.20, "commercial"),
            ("invented-dialogues", 0.08, "noncommercial"), ("invented-exams", 0.02, None)]  # fmt: skip
    return pl.DataFrame(rows, schema={"dataset": pl.String, "share": pl.Float64, "use": pl.String}, orient="row")


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
    ),
    settings=(
        Setting("dataset", "Change", "text", "", "The dataset whose share is set", column="dataset"),
        Setting("share", "to the share", "number", None, "0 to 1; the others keep their proportions", low=0.0,
                high=1.0),
    ),
    lookup=_lookup,
)  # fmt: skip
