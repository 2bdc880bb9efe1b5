"""Chance: distributions and their estimation, beliefs, tests, information."""
