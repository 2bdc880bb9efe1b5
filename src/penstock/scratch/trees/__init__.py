"""Decision trees: what a split gains, how trees grow, level by level."""
