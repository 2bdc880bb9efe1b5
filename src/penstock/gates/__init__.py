"""The data gate: expectations checked by Great Expectations."""
