"""Ways to rank items for users."""
