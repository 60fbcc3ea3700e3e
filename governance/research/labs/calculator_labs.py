"""The labs that calculate from settings or small tables, in the order they are listed."""

from __future__ import annotations

from governance.research.labs.lab import Lab

CALCULATOR_LABS: tuple[Lab, ...] = ()
