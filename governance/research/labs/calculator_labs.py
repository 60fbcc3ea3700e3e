"""The labs that calculate from settings or small tables, in the order they are listed."""

from __future__ import annotations

from governance.research.labs.lab import Lab
from governance.research.labs.merge_labs import MERGE_CHOICE, MERGE_COUNT
from governance.research.labs.merge_models import MERGE_MODELS
from governance.research.labs.privacy_labs import DOCUMENT_EPSILON, PRIVACY_FRONT
from governance.research.labs.sampling_labs import SAMPLING
from governance.research.labs.serving_labs import SERVING_MEMORY
from governance.research.labs.sparse_labs import ROUTER_ADDITION, STORED_ACTIVE, TRAINABLE_SHARE
from governance.research.labs.tokenizer_labs import BPE_COVERAGE, TOKENIZER_COST
from governance.research.labs.toxicity_labs import PRODUCT_OF_EXPERTS, TOXICITY_FRONT
from governance.research.labs.training_labs import PRUNE_TOY, SCHEDULES, TOY_SCHEDULES

CALCULATOR_LABS: tuple[Lab, ...] = (
    PRUNE_TOY, MERGE_COUNT, MERGE_CHOICE, MERGE_MODELS, TRAINABLE_SHARE, STORED_ACTIVE, ROUTER_ADDITION, SAMPLING,
    TOKENIZER_COST, BPE_COVERAGE, DOCUMENT_EPSILON, PRIVACY_FRONT, TOXICITY_FRONT, PRODUCT_OF_EXPERTS, SCHEDULES,
    TOY_SCHEDULES, SERVING_MEMORY,
)  # fmt: skip
