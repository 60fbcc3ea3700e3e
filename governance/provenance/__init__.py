"""Licences, lineage and the audit of what hosting sites state."""
