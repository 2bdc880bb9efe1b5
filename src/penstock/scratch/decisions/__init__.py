"""Decisions under uncertainty, in tables: Markov decision processes, Q-learning, bandits."""
