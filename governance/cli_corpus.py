"""Verbs of consent over corpora: import what was published, series, forecast, audits of a corpus."""

from __future__ import annotations

import typer

from governance.catalogue.connect import home
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag
from governance.consent.panels import import_hasdata
from governance.consent.published_corpus import import_consent
from governance.consent.publishers import import_publishers

corpus_app = typer.Typer()
import_app = typer.Typer()


@import_app.command("consent")
def import_consent_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the aggregates of a corpus audit, then build the catalogue again."""
    target = out or home() / "imports" / "consent-in-crisis"
    imported(import_consent(path, target), rebuild=out is None, as_json=as_json)


@import_app.command("hasdata")
def import_hasdata_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read HasData's panel of blocked crawlers, then build the catalogue again."""
    imported(import_hasdata(path, out or home() / "imports" / "hasdata"), rebuild=out is None, as_json=as_json)


@import_app.command("publishers")
def import_publishers_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read monthly levels of 20 publishers, then build the catalogue again; they are never shipped."""
    target = out or home() / "imports" / "publisher-robots"
    imported(import_publishers(path, target), rebuild=out is None, as_json=as_json)
