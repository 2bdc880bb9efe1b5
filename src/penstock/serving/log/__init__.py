"""The prediction log: what was answered, when, by which model, kept off the hot path."""
