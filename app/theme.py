"""One set of colours and their meanings, for Streamlit, Altair and ECharts, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from governance.catalogue.vocabulary import Restriction, UseClass
from governance.compute.legal_vocabulary import Evidence, Verdict

Mode = Literal["light", "dark"]
Meaning = Literal["good", "unknown", "caution", "strict", "stop"]
"""What a colour says, everywhere in the app; text, shape or line style says it too."""

FONT = "'Source Sans', system-ui, 'Segoe UI', Roboto, sans-serif"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one mode.

    Args:
        mode: Light or dark.
        primary: Focus, and the series that is the user's own.
        text: Text and axis labels.
        background: Behind everything.
        panel: Behind cards and the sidebar.
        border: Lines between things, and chart grids.
        good: Commercial use, no restriction, below a threshold, reproduced.
        unknown: Unspecified, unknown, not in force, no public data.
        caution: Non-commercial, partial, indeterminate, simulated.
        strict: Academic only, within tolerance.
        stop: Full restriction, exceeds, differs, threshold lines.
    """

    mode: Mode
    primary: str
    text: str
    background: str
    panel: str
    border: str
    good: str
    unknown: str
    caution: str
    strict: str
    stop: str

    def of(self, meaning: Meaning) -> str:
        """Give the colour of a meaning."""
        return str(getattr(self, meaning))

    @property
    def series(self) -> tuple[str, ...]:
        """Give colours for series without a meaning of their own."""
        return (self.primary, self.caution, self.strict, self.unknown, self.stop, self.good)


LIGHT = Tokens(
    mode="light",
    primary="#0F5C5C",
    text="#17211F",
    background="#FFFFFF",
    panel="#F4F6F6",
    border="#D7DEDC",
    good="#00795F",
    unknown="#8A919B",
    caution="#C27C00",
    strict="#5B2A86",
    stop="#B3261E",
)
DARK = Tokens(
    mode="dark",
    primary="#4CB5A9",
    text="#E7EEEC",
    background="#101615",
    panel="#18211F",
    border="#2C3836",
    good="#35C99F",
    unknown="#6F7782",
    caution="#F2C14E",
    strict="#B79CFF",
    stop="#FF6B5E",
)

USE_MEANING: dict[UseClass, Meaning] = {
    "commercial": "good",
    "unspecified": "unknown",
    "noncommercial": "caution",
    "academic_only": "strict",
}
USE_LABELS: dict[UseClass, str] = {
    "commercial": "commercial",
    "unspecified": "unspecified",
    "noncommercial": "non-commercial",
    "academic_only": "academic only",
}
LEVEL_MEANING: dict[Restriction, Meaning] = {"full": "stop", "partial": "caution", "none": "good"}
VERDICT_MEANING: dict[Verdict, Meaning] = {"exceeds": "stop", "indeterminate": "caution", "below": "good"}
EVIDENCE_MEANING: dict[Evidence, Meaning] = {"verified": "good", "secondary": "caution", "recalled": "unknown"}
BADGE: dict[Meaning, str] = {
    "good": "green",
    "unknown": "gray",
    "caution": "orange",
    "strict": "violet",
    "stop": "red",
}
"""Streamlit's colour name of a meaning; `.streamlit/config.toml` gives those names our colours."""


def tokens() -> Tokens:
    """Give the colours of the mode the reader sees now; light until the browser has said."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def use_colours(colours: Tokens) -> dict[UseClass, str]:
    """Give each use class its colour, from the loosest class to the strictest."""
    return {use: colours.of(meaning) for use, meaning in USE_MEANING.items()}


def use_badge(use: UseClass | None) -> str:
    """Write a use class as a Markdown badge in its colour."""
    if use is None:
        return ":gray-badge[unknown]"
    return f":{BADGE[USE_MEANING[use]]}-badge[{USE_LABELS[use]}]"


def altair_config(colours: Tokens) -> dict[str, Any]:
    """Give the Vega-Lite configuration of a mode."""
    axis = {
        "labelColor": colours.text,
        "titleColor": colours.text,
        "titleFontWeight": "normal",
        "gridColor": colours.border,
        "domainColor": colours.border,
        "tickColor": colours.border,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelSeparation": 5,
    }
    words = {"labelColor": colours.text, "titleColor": colours.text, "titleFontWeight": "normal"}
    return {
        "font": FONT,
        "background": colours.background,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {**words, "orient": "top", "labelFontSize": 12, "symbolType": "square"},
        "header": words,
        "title": {"color": colours.text, "anchor": "start", "fontSize": 14, "fontWeight": 600},
        "text": {"color": colours.text, "fontSize": 12},
        "bar": {"color": colours.primary},
        "line": {"color": colours.primary},
        "point": {"color": colours.primary, "filled": True},
        "rule": {"color": colours.stop},
        "range": {"category": list(colours.series)},
    }


def echarts_options(colours: Tokens) -> dict[str, Any]:
    """Give the ECharts options every graph starts from."""
    return {
        "color": list(colours.series),
        "backgroundColor": "transparent",
        "textStyle": {"color": colours.text, "fontFamily": FONT},
        "tooltip": {
            "backgroundColor": colours.panel,
            "borderColor": colours.border,
            "textStyle": {"color": colours.text},
            "confine": True,
        },
        "animation": False,
    }
