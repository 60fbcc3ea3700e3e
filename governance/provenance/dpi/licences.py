"""The audit's licence tables: which name means which terms, and in which order the triples stand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from governance.catalogue.normalise import spdx, url_of
from governance.catalogue.vocabulary import UseClass
from governance.errors import BadInput

USES: dict[str, UseClass] = {
    "All": "commercial",
    "Unspecified": "unspecified",
    "NC": "noncommercial",
    "Acad": "academic_only",
    "?": "academic_only",
}
FLAGS: dict[str, bool | None] = {"0": False, "1": True, "?": None}
KINDS = {
    "OpenAI": "generated_terms",
    "Anthropic": "generated_terms",
    "Google Cloud Translation API": "generated_terms",
    "Unspecified": "none_stated",
    "Various": "mixed",
}
Row = dict[str, object]


@dataclass(slots=True)
class LicenceTable:
    """One release's classes; names in no table are added as they are met, marked unknown.

    Source: Longpre et al. 2023, arXiv 2310.16787, and the constants published with it.
    """

    rows: dict[str, Row]
    custom: dict[str, list[str]]
    aliases: dict[str, str]
    folder: str
    taken: bool = field(default=False)

    @classmethod
    def read(cls, folder: Path) -> LicenceTable:
        """Read ``license_classes.json``, ``custom_license_classes.json`` and ``license_paraphrases.json``.

        Raises:
            BadInput: A file is missing or is not what it should be.
        """
        named = _load(folder / "license_classes.json")
        custom = _load(folder / "custom_license_classes.json")
        paraphrases = _load(folder / "license_paraphrases.json")
        aliases = {
            " ".join(other.split()).casefold(): name
            for name, others in sorted(paraphrases.items())
            for other in _texts(others, folder, name)
            if name in named or name == "Custom"
        }
        basis = f"class table of the audit, {folder.name}"
        rows = {name: _row(name, name, triple, basis, None) for name, triple in named.items()}
        return cls(rows, custom, aliases, folder.name)

    def look_up(self, stated: str, url: str = "") -> tuple[str, bool]:
        """Give the id of the terms meant, and whether a table lists them."""
        name = stated if stated in self.rows or stated == "Custom" else self.aliases.get(stated.casefold(), stated)
        licence_id = f"custom:{url.strip()}" if name == "Custom" else name
        if licence_id not in self.rows:
            triple = self.custom.get(url.strip()) if name == "Custom" else None
            basis = f"table of custom terms of the audit, {self.folder}"
            if triple is None:
                basis = "in no table of the audit; its rule counts unknown terms as academic only"
            self.rows[licence_id] = _row(licence_id, name, triple, basis, url)
        return licence_id, bool(self.rows[licence_id]["known"])

    def take_rows(self) -> list[Row]:
        """Give all rows, once."""
        if self.taken:
            return []
        return [self.rows[licence_id] for licence_id in sorted(self.rows)]

    def take_aliases(self) -> list[Row]:
        """Give the other ways of writing a name, once."""
        if self.taken:
            return []
        self.taken = True
        short = {other: name for other, name in self.aliases.items() if len(other) <= 60 and name != "Custom"}
        return [{"name": other, "licence_id": name} for other, name in sorted(short.items())]


def _row(licence_id: str, name: str, triple: list[str] | None, basis: str, url: str | None) -> Row:
    use, attribution, share_alike = _order(["?", "?", "?"] if triple is None else triple, licence_id)
    kind = "custom" if licence_id.startswith("custom:") else KINDS.get(name, "licence")
    return {
        "id": licence_id,
        "name": name,
        "spdx": spdx(name) if kind == "licence" else None,
        "kind": kind,
        "use": USES[use],
        "attribution": FLAGS[attribution],
        "share_alike": FLAGS[share_alike],
        "known": triple is not None,
        "basis": basis
        if use != "?" or triple is None
        else f"{basis}: marked '?', which the rule counts as academic only",
        "url": url_of(url),
    }


def _order(triple: list[str], licence_id: str) -> tuple[str, str, str]:
    """Put use first: the release of 2023 has it last, later ones first."""
    first, middle, last = map(str, triple) if isinstance(triple, list) and len(triple) == 3 else ("", "", "")
    if first in ("0", "1") or (last in USES and last != "?"):
        first, last = last, first
    if first not in USES or middle not in FLAGS or last not in FLAGS:
        raise BadInput(
            f"the class {triple} cannot be read", f"licence {licence_id}", "use [use, attribution, share-alike]"
        )
    return first, middle, last


def _texts(others: object, folder: Path, name: str) -> list[str]:
    if isinstance(others, list) and all(isinstance(other, str) for other in others):
        return others
    raise BadInput(
        f"the spellings of '{name}' are not a list of texts", str(folder / "license_paraphrases.json"), "fetch it again"
    )


def _load(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput("the file is missing", str(file), "copy the constants folder beside the records") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "fetch it again") from error
    if not isinstance(data, dict):
        raise BadInput("the file does not hold a JSON object", str(file), "fetch it again")
    return data
