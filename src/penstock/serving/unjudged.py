"""A project without a champion, answered by the challenger that waits: where asked for."""

from __future__ import annotations

import msgspec

from penstock.core.errors import PenstockError
from penstock.effects.champions.errors import NoChampion
from penstock.serving.rollout.rollout import Rollout, RolloutState


class NobodyWaits(PenstockError):
    """There is neither a champion nor a challenger."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"project {project!r} has no champion, and no challenger waits\n"
            f"  fix: penstock promote {project}   (keeps the best candidate of the build)"
        )


class Unjudged(Rollout):
    """A rollout that, until there is a champion, takes the newest challenger for one."""

    def state(self) -> RolloutState:
        state = super().state()
        if state.problem is None and self._store.pointer(self._project) is None:
            said = "no champion yet: the challenger that waits answers, judged by nobody"
            return msgspec.structs.replace(state, problem=said)
        return state

    def _champion_key(self) -> str:
        try:
            return super()._champion_key()
        except NoChampion:
            waiting = self._store.challengers(self._project)
            if not waiting:
                raise NobodyWaits(self._project) from None
            return waiting[-1].key
