"""Ways to choose a lever."""
