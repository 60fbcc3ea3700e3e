"""Claims computed from models, chips and thresholds."""
