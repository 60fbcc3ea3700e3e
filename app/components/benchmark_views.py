"""The views of the Benchmarks page: explorer, licence gaps, ranking, smallest subset."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.benchmark_charts import MOST, use_chart, use_table
from app.components.benchmark_kind import BENCHMARK_PANEL, BENCHMARK_TABLE
from app.components.benchmark_reports import gaps_report
from app.components.evaluation_report import report_button
from app.components.figure import figure
from app.components.frame import number, plain, source_line
from app.components.record_table import column_chooser, record_table
from app.components.selection_panel import nothing_found, sort_chooser
from app.components.share_chart import Mark, Panel, percent, share_chart, share_table
from app.components.table_export import table_export
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.evaluation.benchmarks.gaps import BYS, GapShare, LicenceGaps, licence_gaps
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.exports.benchmark_tables import BENCHMARK_FILES
from governance.provenance.composition import Share

SOURCE = "Source: mteb 2.26.24, task metadata (Apache-2.0)"
SPLITS = {
    "type": "Type", "language": "Language", "domain": "Domain", "language_family": "Language family",
    "modality": "Modality", "annotation": "Labels by", "translated": "Native or translated",
}  # fmt: skip
FEWEST = 20
"""Benchmarks a kind must have to be named as the one with most gaps."""


def split_input() -> str:
    """Ask by what the picture is split."""
    from_url("split", "type", lambda text: choice(text, BYS, "address, split"))
    st.selectbox(
        "Split by", list(SPLITS), key="split", format_func=lambda one: SPLITS[one],
        help="A benchmark of several kinds counts in each of them",
    )  # fmt: skip
    return to_url("split", "type")


def explorer_answer(result: BenchmarksResult) -> str:
    """Say in one line what the selection holds."""
    kinds = {field: sum(1 for one in result.facets[field] if one.value) for field in ("type", "language")}
    gaps = licence_gaps(result).overall
    return (
        f"**{number(result.total)} of {number(result.records.frame.height)} benchmarks** · "
        f"{number(kinds['type'])} types · {number(kinds['language'])} languages · "
        f"**{percent(gaps.share, 1)}** come without a known licence"
    )


def explorer_view(result: BenchmarksResult, split: str, actions: DeltaGenerator) -> None:
    """Draw the benchmarks by kind and use class, and list them."""
    with actions:
        table_export(BENCHMARK_FILES, result, key="b", usual=("csv", "attribution"))
    if result.missing_ids:
        st.warning(f"{len(result.missing_ids):,} of the ids are not here.")
    if not result.total:
        nothing_found(result, "benchmark")
        return
    table = use_table(result, split)
    kinds = table["value"].n_unique()
    top = table.row(0, named=True)
    figure(
        use_chart(table),
        title=f"Benchmarks by {SPLITS[split].lower()} and licence use",
        alt=f"Bars of {min(kinds, MOST)} kinds by {SPLITS[split].lower()}, cut by what their licence allows; the "
        f"largest is {top['value']} with {top['of']} benchmarks",
        caption=f"Licences as stated, classed as the audit classes them · n = {number(result.total)}"
        + (f" · the largest {MOST} of {kinds}; all are in the table" if kinds > MOST else ""),
        table=table,
        key="uses",
    )
    said, tools = st.columns([6, 1], vertical_alignment="center")
    said.caption("Choose a cell to open the benchmark's card.")
    with tools.popover("Table", icon=":material/tune:", help="Columns and order", width="stretch"):
        columns = column_chooser(BENCHMARK_TABLE, "columns")
        sort_chooser(BENCHMARK_PANEL)
    record_table(BENCHMARK_TABLE, result, columns, key="benchmarks", in_url=True)
    source_line(SOURCE, n=result.total, legal=True)


def gaps_answer(found: LicenceGaps) -> str:
    """Say in one line how many have no known licence, and where most."""
    whole = found.overall
    if whole.share is None:
        return "**No benchmark** meets every filter"
    known = [one for one in found.rows if one.n >= FEWEST and one.value and one.share]
    worst = max(known, key=lambda one: one.share or 0.0, default=None)
    most = f" · most in **{plain(worst.label)}**, {percent(worst.share)}" if worst else ""
    gaps = number(whole.not_specified + whole.empty)
    return f"**{gaps} of {number(whole.n)} ({percent(whole.share, 1)})** come without a known licence{most}"


def gaps_view(found: LicenceGaps, result: BenchmarksResult, actions: DeltaGenerator) -> None:
    """Draw the share without a known licence by kind."""
    if not result.total:
        nothing_found(result, "benchmark")
        return
    with actions:
        report_button(lambda: gaps_report(found, result, gaps_answer(found).replace("*", "")), key="licence-gaps")
    name = SPLITS[found.by]
    shown = found.rows[:MOST]
    reference = None if found.overall.share is None else (found.overall.share, f"all {percent(found.overall.share, 1)}")
    panel = Panel(name, [Mark(f"{one.label} ({one.n:,})", "benchmarks", _share(one)) for one in shown], reference)
    everything = Panel(name, [Mark(one.label, "benchmarks", _share(one)) for one in found.rows])
    figure(
        share_chart([panel], ["benchmarks"]),
        title=f"Benchmarks without a known licence by {name.lower()}, share",
        alt=f"Dots with 95% intervals: share of benchmarks whose licence is not specified or empty, for {len(shown)} "
        f"kinds by {name.lower()}; over all {percent(found.overall.share, 1)}",
        caption=f"The {len(shown)} largest of {len(found.rows)}, n in brackets · whiskers: 95%, Wilson, reading the "
        f"registry as a sample · of all, {number(found.overall.not_specified)} say “not specified”, "
        f"{number(found.overall.empty)} say nothing",
        table=share_table([everything]),
        key="gaps",
    )
    st.dataframe(
        [
            {
                "Kind": one.label, "Without": one.share, "Not specified": one.not_specified, "Empty": one.empty,
                "n": one.n,
            }
            for one in found.rows
        ],
        hide_index=True, height=min(38 + 35 * len(found.rows), 420), key="gaps-rows",
        alt=f"Licence gaps of {len(found.rows)} kinds",
        column_config={
            "Without": st.column_config.ProgressColumn(
                "Without a known licence", format="percent", min_value=0, max_value=1, width=180, color="gray"
            )
        },
    )  # fmt: skip
    source_line(SOURCE, f"catalogue {found.version}", n=found.overall.n, legal=True)


def _share(one: GapShare) -> Share:
    return Share(
        value=one.value, count=one.not_specified + one.empty, n=one.n, share=one.share, low=one.low, high=one.high
    )
