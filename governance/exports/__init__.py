"""Selections on their way out: tables, citations, credit, metadata, lineage, and the manifest that repeats them."""
