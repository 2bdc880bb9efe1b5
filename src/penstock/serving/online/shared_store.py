"""States in Redis, for as many servers as there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from penstock.features.featureset import FeatureSet
from penstock.serving.online.errors import StatesTaken
from penstock.serving.online.hot import Name
from penstock.serving.online.project import OnlineProject, states_key
from penstock.serving.online.redis_states import RedisStates
from penstock.serving.online.settings import OnlineSettings
from penstock.serving.online.shared import SharedFeatures
from penstock.serving.online.states_file import Facts

MAKING = 900.0  # seconds that others wait for one who makes states, who may have been killed


class SharedStore:
    """The states of a project at `address`; others than of its features as they are now are left.

    Attributes:
        where: for a person.
    """

    def __init__(
        self,
        features: FeatureSet,
        project: OnlineProject,
        address: str,
        settings: OnlineSettings,
    ) -> None:
        self._features, self._entity, self._settings = features, project.entity, settings
        self._key = states_key(features)
        self._states = RedisStates(address, project.name, self._key, settings.ids_days)
        self.where = self._states.where
        self._lock = ExitStack()

    def own(self) -> None:
        """Keep others from making states, or wait until they have; raises StatesTaken."""
        taken = self._lock.enter_context(self._states.alone(MAKING))
        if not taken:
            raise StatesTaken(self.where, "a server that makes the states")

    def close(self) -> None:
        self._lock.close()

    def facts(self) -> Facts | None:
        """What the states have seen; None where there are none."""
        return self._states.facts()

    def fill(self, states: Iterable[Mapping[Name, bytes]], facts: Facts) -> None:
        """Put states in place of all that is there."""
        self._states.fill(states)
        self._states.put_facts(facts)

    def open(self) -> SharedFeatures:
        """Features over the states, which others may open, too."""
        if self._states.facts() is None:  # from now on nothing may be made in their place
            self._states.put_facts(Facts(self._key, latest=0))
        self.close()
        return SharedFeatures(self._features, self._entity, self._states, self._settings)
