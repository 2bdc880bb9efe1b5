"""Layers and losses; parameters are named and shaped as torch's."""
