"""Claims computed from battles, scores and benchmarks."""
