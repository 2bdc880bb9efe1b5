"""Ways to tell images apart."""
