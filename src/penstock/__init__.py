"""penstock: one graph from raw data to a tracked, gated, served model."""
