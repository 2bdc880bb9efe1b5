"""Fewer dimensions: principal components, and maps that keep neighbours."""
