"""Benchmarks: what measures what, licence gaps, rankings over many tasks, and the few tasks that keep them."""
