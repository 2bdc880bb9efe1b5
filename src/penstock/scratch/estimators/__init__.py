"""The contract of every estimator here: scikit-learn's, kept without importing it."""
