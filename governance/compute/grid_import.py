"""Import the carbon intensity of grids and the overhead of data centres."""

from __future__ import annotations

from pathlib import Path

import pycountry

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text, country, country_name
from governance.catalogue.published import UNKNOWN_WORDS, Cells, Import, Row, read_rows
from governance.errors import BadInput

SOURCE = "grid-intensity"
GRID, SITES = "grid_carbon_intensity.csv", "pue.csv"
GRID_COLUMNS = ("scope", "code", "name", "gco2e_per_kwh", "water_l_per_kwh", "year", "basis", "source")
SITE_COLUMNS = ("entity", "year", "pue", "pue_hi", "wue_l_per_kwh", "location", "status", "source")
SCOPES = ("country", "us_state", "cn_province", "cloud_region")
BASES = {
    "lifecycle": "lifecycle",
    "annual mean": "annual_mean",
    "egrid2023": "output_rate",
    "provincial": "provincial_factor",
    "region grid": "region_mean",
}
"""How the published basis starts, and our word for it."""
EVIDENCE = ("verified", "secondary", "recalled")
GRAMS = 1000


def import_grid(path: Path, out: Path) -> ImportReport:
    """Read carbon intensities and data-centre overheads and write them as grids and facilities.

    Args:
        path: Folder with ``grid_carbon_intensity.csv`` and ``pue.csv``.
        out: Folder for the facts; the catalogue expects the name ``grid-intensity``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: ecologits 0.11.3 and codecarbon 3.3.2, which carry figures of Our World in Data, EPA eGRID and Google.
    """
    work = Import(SOURCE)
    grids: dict[str, Row] = {}
    for where, row in read_rows(path / GRID, GRID_COLUMNS):
        work.read += 1
        grid = _grid(work, where, row)
        if grid and str(grid["id"]) in grids:
            work.refuse("repeated_grid", where, f"'{grid['id']}' is given twice; the first is kept")
        elif grid:
            grids[str(grid["id"])] = grid
    facilities = [found for where, row in read_rows(path / SITES, SITE_COLUMNS) if (found := _site(work, where, row))]
    if not grids:
        raise BadInput("no grid could be read", str(path / GRID), "check the file")
    tables = {"grid": list(grids.values()), "facility": facilities}
    return work.finish(out, tables, kept=len(grids) + len(facilities))


def _grid(work: Import, where: str, row: Cells) -> Row | None:
    intensity = _intensity(work, where, row)
    basis = next((word for start, word in BASES.items() if row["basis"].casefold().startswith(start)), None)
    if row["scope"] not in SCOPES or not row["code"] or intensity is None or basis is None:
        work.refuse("unknown_grid", where, f"scope '{row['scope']}', basis '{row['basis']:.60}', figure {intensity}")
        return None
    code, name = row["code"], clean_text(row["name"])
    if row["scope"] == "country":
        code = country(code) or code
        if len(code) != 2:
            work.note("unmapped_country", code, "no country of ISO 3166-1; kept as stated")
        name = name or country_name(code)
    elif row["scope"] != "cloud_region":
        name = _subdivision(code) or name
    year = work.number(row, "year", where)
    if year is None:
        work.count("no_year", row["scope"], "the source gives no year", code)
    return {
        "id": f"{row['scope']}:{code}:{'undated' if year is None else int(year)}:{basis}",
        "scope": row["scope"],
        "code": code,
        "name": name or None,
        "year": None if year is None else int(year),
        "co2e_kg_per_kwh": intensity / GRAMS,
        "water_l_per_kwh": work.number(row, "water_l_per_kwh", where),
        "basis": f"{basis.replace('_', ' ')}; {clean_text(row['source'])}",
        "source_id": SOURCE,
    }


def _intensity(work: Import, where: str, row: Cells) -> float | None:
    if row["gco2e_per_kwh"].strip() in ("0", "0.0"):
        work.note("zero_intensity", f"{row['scope']} {row['code']}", "stated as 0; kept so")
        return 0.0
    return work.number(row, "gco2e_per_kwh", where)


def _subdivision(code: str) -> str | None:
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    return str(found.name) if found else None


def _site(work: Import, where: str, row: Cells) -> Row | None:
    work.read += 1
    name = clean_text(row["entity"])
    if not name or row["status"] not in EVIDENCE:
        work.refuse("unknown_facility", where, f"entity '{name:.60}', status '{row['status']:.40}'")
        return None
    low, dash, high = row["wue_l_per_kwh"].partition("-")
    water: Cells = {"low": low, "high": high if dash else ""}
    place = row["location"]
    return {
        "id": name,
        "year": None if row["year"].casefold() in UNKNOWN_WORDS else row["year"],
        "pue": work.number(row, "pue", name),
        "pue_high": work.number(row, "pue_hi", name),
        "wue_l_per_kwh": work.number(water, "low", name),
        "wue_high": work.number(water, "high", name),
        "location": (country(place) or place) or None,
        "evidence": row["status"],
        "basis": clean_text(row["source"]) or "not stated",
        "source_id": SOURCE,
    }
