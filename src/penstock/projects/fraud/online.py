"""Transactions one after the other, as a server sees them."""

from __future__ import annotations

from penstock.features.featureset import FeatureSet
from penstock.projects.fraud.inputs import CUSTOMER, FeatureSettings, build

__all__ = ["ENTITY", "TABLE", "FeatureSettings", "features"]

TABLE, ENTITY = "transactions", CUSTOMER


def features(settings: FeatureSettings) -> FeatureSet:
    """The 33 inputs."""
    return build(settings)
