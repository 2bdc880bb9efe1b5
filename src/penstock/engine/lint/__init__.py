"""Mistakes in the graph that DVC can't see or says badly: one tiny rule each, with its fix."""

from penstock.engine.lint.problem import Problem
from penstock.engine.lint.run import lint

__all__ = ["Problem", "lint"]
