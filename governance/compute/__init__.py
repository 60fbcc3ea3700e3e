"""Training compute: estimates, legal thresholds, scenarios, backtest, footprint and hardware."""
