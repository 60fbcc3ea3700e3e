"""Published evaluations, read as they are laid out into our tables."""
