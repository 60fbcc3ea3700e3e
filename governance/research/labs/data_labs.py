"""The labs on battles, scores, predictions and tables of choices of data, in the order they are listed."""

from __future__ import annotations

from governance.research.labs.best_of_trials import BEST_OF_TRIALS
from governance.research.labs.lab import Lab

DATA_LABS: tuple[Lab, ...] = (BEST_OF_TRIALS,)
