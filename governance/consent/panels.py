"""Import rates that a vendor measured over a panel of domains, in two waves."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.published import Cells, Import, Row, read_rows
from governance.errors import BadInput

SOURCE = "hasdata"
PANEL = "hasdata_headline_july_vs_sept_2026.csv"
WAVES = {"July 10, 2026": date(2026, 7, 10), "Sept 16, 2026": date(2026, 9, 16)}
SEGMENTS = {"open web": "open_web", "news": "news", "all": "all"}
"""How the published name of a segment starts, and our word for it."""
MEASURES = {
    "behind cloudflare": "behind_cloudflare",
    "in scope for cloudflare default": "cloudflare_default",
    "disallow any ai crawler": "disallow_any_ai",
    "publish llms.txt": "llms_txt",
    "paper-only bans": "served_despite_ban",
    "silent enforcers": "refused_without_ban",
}
"""How the published name of a measure starts, and our word for it; ``Disallow X`` is about the agent X."""
_UNIT = re.compile(r"\((%|n)[^)]*\)$")
_DISALLOW = re.compile(r"Disallow ([\w-]+) \(%\)")
_DOMAINS = re.compile(r"All ([\d,]+) domains")


def import_hasdata(path: Path, out: Path) -> ImportReport:
    """Read the headline rates of HasData's panel of 2026.

    Args:
        path: Folder with the table.
        out: Folder for the facts; the catalogue expects the name ``hasdata``.

    Raises:
        BadInput: The file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: HasData, AI crawler block index, CC BY 4.0.
    """
    work = Import(SOURCE)
    rows: list[Row] = []
    for where, cells in read_rows(path / PANEL, ("Segment", "Metric", *WAVES)):
        work.read += 1
        found = _rates(work, where, cells)
        if not found:
            work.refuse("unknown_rate", where, f"'{cells['Segment']:.60}', '{cells['Metric']:.80}'")
        rows += found
    if not rows:
        raise BadInput("no rate could be read", str(path / PANEL), "check the file")
    return work.finish(out, {"consent_panel": rows}, kept=work.read - len(work.refused))


def _rates(work: Import, where: str, cells: Cells) -> list[Row]:
    stated, metric = cells["Segment"].strip(), cells["Metric"].strip()
    segment = next((word for start, word in SEGMENTS.items() if stated.casefold().startswith(start)), None)
    agent = _DISALLOW.fullmatch(metric)
    named = next((word for start, word in MEASURES.items() if metric.casefold().startswith(start)), None)
    measure, unit = (f"disallow:{agent[1]}" if agent else named), _UNIT.search(metric) or re.search(r"\((%)", metric)
    if segment is None or measure is None or unit is None:
        return []
    domains = _DOMAINS.match(stated)
    whole = domains and unit[1] == "%" and measure != "served_despite_ban"
    rows: list[Row] = []
    for wave, day in WAVES.items():
        value = work.number(cells, wave, where)
        if value is not None:
            rows.append(
                {
                    "segment": segment,
                    "measure": measure,
                    "unit": "share" if unit[1] == "%" else "count",
                    "observed": day,
                    "value": round(value / 100, 6) if unit[1] == "%" else value,
                    "n": int(domains[1].replace(",", "")) if whole and domains else None,
                    "source_id": SOURCE,
                }
            )
    return rows
