"""The published files of the consent study, which are not shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from governance.catalogue.connect import PROJECT

STORED = PROJECT.parent / "shared" / "data" / "raw" / "consent"


def stored(*names: str) -> Path:
    """Give the folder of the published files, or skip where one of them is not here."""
    for name in names or ("expected_numbers.json",):
        if not (STORED / name).is_file():
            pytest.skip(f"{name} is not here: it is not shipped")
    return STORED


def expected() -> dict[str, Any]:
    """Give the values measured on the published files."""
    return dict(json.loads((stored() / "expected_numbers.json").read_text(encoding="utf-8")))
