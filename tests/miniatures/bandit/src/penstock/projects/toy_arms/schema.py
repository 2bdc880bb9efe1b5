"""The machine, as it is described to whoever builds it; no player reads this."""

from penstock.core.contracts import Schema

SCHEMA = Schema(environment={"arms": "list", "horizon": "int"})
