"""Data in batches, and the loop that learns from them."""
