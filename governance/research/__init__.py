"""Papers, their claims, what is computed for these now, and the graph across all records."""
