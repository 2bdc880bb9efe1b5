"""Models in memory: what scores, what explains, and what can be wrong with either."""
