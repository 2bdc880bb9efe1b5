"""Sweeps: settings of a candidate tried on a split that is kept for choosing."""
