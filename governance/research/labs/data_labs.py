"""The labs on battles, scores, predictions and tables of choices of data, in the order they are listed."""

from __future__ import annotations

from governance.research.labs.best_of_trials import BEST_OF_TRIALS
from governance.research.labs.compression import COMPRESSION
from governance.research.labs.compression_scores import COMPRESSION_SCORES, PEOPLE_DROP
from governance.research.labs.lab import Lab
from governance.research.labs.pies import PIES
from governance.research.labs.schedules import SCHEDULES

DATA_LABS: tuple[Lab, ...] = (COMPRESSION, PIES, SCHEDULES, COMPRESSION_SCORES, PEOPLE_DROP, BEST_OF_TRIALS)
