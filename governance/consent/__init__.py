"""Consent: what the web allows, read from its signals, measured over corpora and over time."""
