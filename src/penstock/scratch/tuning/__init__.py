"""Folds, cross-validation and the search of settings by it."""
