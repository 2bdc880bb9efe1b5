"""A shop of a few shelves: who took what, and when."""
