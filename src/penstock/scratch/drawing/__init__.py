"""Graphs, curves and decisions as text: DOT and SVG, with nothing to install."""
