"""How far a ranking of models can be trusted: order, ties, intervals, cycles, selection, language and scorer."""
