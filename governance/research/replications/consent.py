"""Claims computed from the audit of consent."""
