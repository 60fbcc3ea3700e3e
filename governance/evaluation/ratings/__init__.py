"""Ratings from battles: cells, Bradley-Terry, Elo, intervals."""
