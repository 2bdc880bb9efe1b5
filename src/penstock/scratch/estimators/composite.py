"""An estimator made of named ones, whose parameters are reached as `name__parameter`."""

from __future__ import annotations

from typing import Any, ClassVar

from penstock.scratch.estimators.estimator import Estimator


class Composite(Estimator):
    """`parts` names the parameter that is a list of (name, estimator)."""

    parts: ClassVar[str]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        found = super().get_params(deep)
        named = getattr(self, self.parts)
        pairs = isinstance(named, list | tuple) and all(isinstance(one, tuple) for one in named)
        if deep and pairs:
            for name, one in named:
                found[name] = one
                if hasattr(one, "get_params"):
                    found |= {f"{name}__{key}": value for key, value in one.get_params().items()}
        return found

    def _assign(self, name: str, value: Any) -> None:
        if name in self._names():
            super()._assign(name, value)
            return
        known = getattr(self, self.parts)
        super()._assign(self.parts, [(n, value if n == name else one) for n, one in known])
