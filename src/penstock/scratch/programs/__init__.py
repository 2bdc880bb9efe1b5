"""Programmes: linear ones by the simplex method, quadratic ones by an interior point."""
