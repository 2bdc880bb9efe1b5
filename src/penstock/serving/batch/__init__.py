"""Whole files scored by the champion: read, scored and written a part at a time."""
