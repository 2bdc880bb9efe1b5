"""Ways to tell what an image shows."""
