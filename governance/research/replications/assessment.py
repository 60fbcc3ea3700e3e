"""Claims computed from the forms and studies."""
