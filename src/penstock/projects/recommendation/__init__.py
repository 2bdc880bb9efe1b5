"""Who rated, bought or clicked what, and when: MovieLens 100K, or the user's own log."""
