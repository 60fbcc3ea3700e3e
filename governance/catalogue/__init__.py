"""Reference facts: schema, build, connection, facets, search and sources."""
