"""DVC, behind this one door: the graph, what is stale in it, and bringing a stage up to date.

`dvc.repo` is no documented API: pyproject.toml pins its minor version, and
tests/unit/engine/test_graph.py holds what is relied on here.
"""
