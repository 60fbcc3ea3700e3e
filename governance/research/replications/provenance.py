"""Claims computed from the audit of datasets."""
