"""Going downhill: gradient descent, its rates, noise, and what constraints change."""
