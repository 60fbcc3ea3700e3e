"""Battles, scores and predictions: what a file holds, how it is read, and where it is kept."""
