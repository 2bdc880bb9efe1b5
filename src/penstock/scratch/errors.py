"""One class per mistake; a message says what was expected, what came, and the way out."""

from __future__ import annotations


class ShapeError(ValueError):
    """An array has a shape or a size that an operation cannot take."""

    def __init__(self, where: str, expected: str, came: object) -> None:
        super().__init__(f"{where}: expected {expected}, got {came}")


class DtypeError(TypeError):
    """An array holds another kind of number than asked for."""

    def __init__(self, where: str, expected: str, came: object, fix: str) -> None:
        super().__init__(f"{where}: expected {expected}, got {came}\n  fix: {fix}")


class SettingError(ValueError):
    """A setting of a layer, an optimiser or a loop lies outside what it means."""

    def __init__(self, where: str, expected: str, came: object) -> None:
        super().__init__(f"{where}: expected {expected}, got {came}")


class GraphError(RuntimeError):
    """A gradient was asked of a graph that cannot give a right one."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"{problem}\n  fix: {fix}")
