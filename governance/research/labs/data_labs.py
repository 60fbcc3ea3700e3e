"""The labs on battles, scores, predictions and tables of choices of data, in the order they are listed."""

from __future__ import annotations

from governance.research.labs.ablations import ABLATIONS
from governance.research.labs.best_of_trials import BEST_OF_TRIALS
from governance.research.labs.churn import CHURN
from governance.research.labs.compression import COMPRESSION
from governance.research.labs.compression_scores import COMPRESSION_SCORES, PEOPLE_DROP
from governance.research.labs.devices import DEVICES
from governance.research.labs.ensembles import ENSEMBLES
from governance.research.labs.lab import Lab
from governance.research.labs.merge_or_mix import MERGE_OR_MIX
from governance.research.labs.mixture import MIXTURE
from governance.research.labs.pies import PIES
from governance.research.labs.probes import PROBES
from governance.research.labs.routing import ROUTING
from governance.research.labs.schedules import SCHEDULES
from governance.research.labs.steering import STEERING
from governance.research.labs.worst_class import WORST_CLASS

DATA_LABS: tuple[Lab, ...] = (
    COMPRESSION, PIES, SCHEDULES, COMPRESSION_SCORES, PEOPLE_DROP, BEST_OF_TRIALS, ENSEMBLES, WORST_CLASS,
    DEVICES, CHURN, ROUTING, MIXTURE, ABLATIONS, MERGE_OR_MIX, PROBES, STEERING,
)  # fmt: skip
