"""Every error says what, where and how to mend it, and knows its HTTP status."""

from __future__ import annotations

import pytest

from governance import errors
from governance.errors import TouchstoneError

FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TouchstoneError)]


@pytest.mark.parametrize("kind", FAMILY)
def test_an_error_keeps_its_three_parts(kind):
    error = kind("'x' is wrong", "file f, row 3", "write y")
    assert (error.what, error.where, error.fix) == ("'x' is wrong", "file f, row 3", "write y")
    assert str(error) == "'x' is wrong (file f, row 3). write y"
    assert error.as_dict() == {"error": kind.code, "what": error.what, "where": error.where, "fix": error.fix}


def test_codes_are_distinct_and_statuses_are_errors():
    assert len(FAMILY) >= 7
    assert len({kind.code for kind in FAMILY}) == len(FAMILY)
    assert all(400 <= kind.status < 600 for kind in FAMILY)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("BadInput", 400),
        ("NotAllowed", 403),
        ("NotFound", 404),
        ("Conflict", 409),
        ("StoreInUse", 503),
        ("StoreDamaged", 503),
    ],
)
def test_status(name, status):
    assert getattr(errors, name).status == status
