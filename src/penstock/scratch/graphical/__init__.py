"""Models of what depends on what: Markov chains, hidden ones, Bayesian networks."""
