"""Groups: how figures and rankings differ between languages, cultures, scripts and kinds of raters."""
