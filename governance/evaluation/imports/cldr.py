"""Import who uses which language, by country, from the supplemental data of Unicode CLDR."""

from __future__ import annotations

import math
import xml.parsers.expat  # nosec B407 # a file that declares entities is refused, and nothing outside it is read
from dataclasses import dataclass, field
from pathlib import Path

import pycountry

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import language
from governance.catalogue.published import Import, Row
from governance.errors import BadInput

SOURCE = "cldr"
FILE, ROOT = "supplementalData.xml", "supplementalData"
MOST_BYTES = 20_000_000
UNSTATED = "und"
KOSOVO = "XK"
"""A user-assigned code of ISO 3166-1; its people are in no other country's figure, so it is kept."""
REGIONS = {
    "005": "South America", "011": "Western Africa", "013": "Central America", "014": "Eastern Africa",
    "015": "Northern Africa", "017": "Middle Africa", "018": "Southern Africa", "021": "Northern America",
    "029": "Caribbean", "030": "Eastern Asia", "034": "Southern Asia", "035": "South-Eastern Asia",
    "039": "Southern Europe", "053": "Australia and New Zealand", "054": "Melanesia", "057": "Micronesia",
    "061": "Polynesia", "143": "Central Asia", "145": "Western Asia", "151": "Eastern Europe",
    "154": "Northern Europe", "155": "Western Europe", "QO": "Outlying Oceania",
}  # fmt: skip
"""Regions of the UN's geoscheme by M49 code, the finest that CLDR has; QO is CLDR's own."""

Attributes = dict[str, str]


@dataclass(slots=True)
class _Territory:
    attributes: Attributes
    where: str
    languages: list[tuple[str, Attributes]] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    """What the file says, gathered element by element."""

    path: Path
    territories: list[_Territory] = field(default_factory=list)
    region_of: dict[str, str] = field(default_factory=dict)
    parser: xml.parsers.expat.XMLParserType = field(default_factory=xml.parsers.expat.ParserCreate)
    depth: int = 0

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: Attributes) -> None:
        if not self.depth and name != ROOT:
            raise BadInput(f"the file is about '{name:.60}', not {ROOT}", str(self.path), f"give CLDR's {FILE}")
        self.depth += 1
        where = f"{self.path.name}, line {self.parser.CurrentLineNumber}"
        if name == "territory" and "population" in attributes:
            self.territories.append(_Territory(attributes, where))
        elif name == "languagePopulation" and self.territories:
            self.territories[-1].languages.append((where, attributes))
        elif name == "group" and attributes.get("type") in REGIONS and "status" not in attributes:
            for code in attributes.get("contains", "").split():
                self.region_of[code] = REGIONS[attributes["type"]]

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _entity(self, name: str, *rest: object) -> None:
        raise BadInput(f"the file declares the entity '{name:.60}'", str(self.path), "give CLDR's own file")


def import_cldr(path: Path, out: Path) -> ImportReport:
    """Read each country's population and the share of it that uses each language.

    A language that a country has in several scripts keeps a row for each, as stated: whether these are the same people
    the file does not say. A country for which no language is stated keeps one row, ``und``, so that its people are
    counted. Parts of countries under codes outside ISO 3166-1 are left out, since their people would count twice.

    Args:
        path: CLDR's ``supplementalData.xml``, or the folder that holds it.
        out: Folder for the facts; the catalogue expects the name ``cldr``.

    Raises:
        BadInput: The file is missing, damaged, too big, declares entities or is something else; ``out`` is then
            untouched.

    Source: Unicode CLDR 47, Unicode-3.0.
    """
    read = _parsed(path / FILE if path.is_dir() else path)
    work = Import(SOURCE)
    rows: list[Row] = []
    seen: set[str] = set()
    for territory in read.territories:
        work.read += max(1, len(territory.languages))
        code = territory.attributes.get("type", "")
        why = _unusable(territory, code, seen, read.region_of)
        if why:
            for where, _ in territory.languages or [(territory.where, {})]:
                work.refuse(why[0], where, f"{code:.20}: {why[1]}")
            continue
        seen.add(code)
        people = int(territory.attributes["population"])
        shared: Row = {"country": code, "region": read.region_of[code], "population": people, "source_id": SOURCE}
        found = _languages(work, territory, code)
        if not found:
            work.note("no_language", code, f"no language is stated for its {people:,} people; kept as {UNSTATED}")
            found = [{"language": UNSTATED, "stated": UNSTATED, "share": 1.0}]
        rows += [{**shared, **row} for row in found]
    if not rows:
        raise BadInput("no country could be read", str(read.path), "check that territoryInfo is in the file")
    for part in ("gdp", "literacyPercent", "writingPercent", "officialStatus", "references"):
        work.note("field_not_kept", part, "not needed for who uses a language; left out")
    return work.finish(out, {"speakers": rows}, work.read - len(work.refused))


def _parsed(path: Path) -> _Read:
    fix = f"give CLDR's {FILE}, or the folder that holds it"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"the file is larger than {MOST_BYTES:,} bytes", str(path), fix)
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), fix) from error
    read = _Read(path)
    try:
        read.parser.Parse(content, True)
    except xml.parsers.expat.ExpatError as error:
        raise BadInput(f"the file is no XML: {error}", str(path), "fetch it again") from error
    return read


def _unusable(
    territory: _Territory, code: str, seen: set[str], region_of: dict[str, str]
) -> tuple[str, str] | None:  # fmt: skip
    stated = territory.attributes["population"]
    if not stated.isascii() or not stated.isdigit() or len(stated) > 11:
        return "no_population", f"its population is '{stated:.40}'"
    if not pycountry.countries.get(alpha_2=code) and code != KOSOVO:
        return "no_country", f"no code of ISO 3166-1; its {int(stated):,} people are left out, being of another country"
    if code in seen:
        return "repeated_country", "it is there already"
    if code not in region_of:
        return "no_region", "it is in none of the file's regions"
    return None


def _languages(work: Import, territory: _Territory, code: str) -> list[Row]:
    rows: dict[str, Row] = {}
    for where, attributes in territory.languages:
        stated = attributes.get("type", "").replace("_", "-")
        share = _share(attributes.get("populationPercent", ""))
        found = language("?", stated)
        if share is None:
            told = attributes.get("populationPercent", "")
            work.refuse("no_share", where, f"{code}, {stated:.40}: '{told:.40}' is no share from 0 to 100%")
        elif found is None:
            work.refuse("unmapped_language", where, f"{code}, {stated:.40}: no code of ISO 639-3; its {share:.2%} lost")
        elif stated in rows:
            work.refuse("repeated_language", where, f"{code}, {stated:.40}: it is there already")
        else:
            rows[stated] = {"language": found.code, "stated": stated, "share": share}
    return list(rows.values())


def _share(percent: str) -> float | None:
    try:
        value = float(percent)
    except ValueError:
        return None
    return value / 100 if math.isfinite(value) and 0 <= value <= 100 else None
