"""Build charts without checking them at every step: three quarters of what a chart costs.

Altair checks each part of a chart against the schema of Vega-Lite as it is made, and hashes its several hundred
classes anew for each ``"x:Q"``. Our charts come from our own code: the tests check one of every shape by the schema,
and a file that leaves the app is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, TypeVar

import altair as alt
from altair.utils import schemapi

Kind = TypeVar("Kind", bound=alt.TopLevelMixin)


class _KnownClasses(schemapi._FromDict):
    """The classes by the hash of their schema, hashed once."""

    _hashed: ClassVar[dict[tuple[type[schemapi.SchemaBase], ...], dict[int, list[type[schemapi.SchemaBase]]]]] = {}

    def __init__(self, wrapper_classes: Iterable[type[schemapi.SchemaBase]], /) -> None:
        classes = tuple(wrapper_classes)
        if classes not in self._hashed:
            super().__init__(classes)
            self._hashed[classes] = self.class_dict
        self.class_dict = self._hashed[classes]


def build_quickly() -> None:
    """Let all charts of this process be built so."""
    schemapi.disable_debug_mode()
    schemapi._FromDict = _KnownClasses  # type: ignore[misc]


def unchecked(chart: Kind) -> Kind:
    """Let a finished chart be written without a check, by whoever asks for its specification."""
    object.__setattr__(chart, "to_dict", partial(chart.to_dict, validate=False))
    return chart
