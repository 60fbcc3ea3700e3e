"""Touchstone's library: provenance, licences and lineage of AI training data as pure functions."""

__version__ = "0.1.0"
