"""Verbs of consent: what robots.txt and other signals of a site allow to whom."""

from __future__ import annotations

import typer

consent_app = typer.Typer(help="What the web allows: signals, levels, audits, forecasts.", no_args_is_help=True)
