"""The card-transaction simulator: a world of cards, terminals and thieves, bit for bit the same."""

from penstock.projects.fraud.simulator.digests import digests
from penstock.projects.fraud.simulator.reveal import reveal
from penstock.projects.fraud.simulator.run import Progress, simulate
from penstock.projects.fraud.simulator.settings import SimulatorSettings

__all__ = ["Progress", "SimulatorSettings", "digests", "reveal", "simulate"]
