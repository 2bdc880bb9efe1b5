"""Ways to rank items for a user."""
