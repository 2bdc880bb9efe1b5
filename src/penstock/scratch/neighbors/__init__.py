"""Answers taken from the nearest rows."""
