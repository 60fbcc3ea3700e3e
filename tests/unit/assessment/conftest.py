"""The forms of the shipped catalogue, read once."""

from __future__ import annotations

import pytest

from governance.assessment.framework import load_framework
from governance.catalogue.connect import open_catalogue


@pytest.fixture(scope="session")
def framework(catalogue_home):
    """Give the forms."""
    with open_catalogue(catalogue_home) as connection:
        return load_framework(connection)
