"""Labs: small calculators over a user's own file or settings, each with a SYNTHETIC example whose answer is planted."""
