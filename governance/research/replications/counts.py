"""Claims computed from languages and sizes as counted in datasets and benchmarks."""
