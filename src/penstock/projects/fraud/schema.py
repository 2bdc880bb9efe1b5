"""The transactions of the fraud project, and the thieves' plans that no model may see."""

from penstock.core.contracts import Column, Schema

TRANSACTIONS = (
    Column("transaction_id", "int64", "id", says="unique number of the transaction"),
    Column("time", "timestamp[us]", "time", says="when it was made, in UTC, in ascending order"),
    Column("customer", "int64", "entity", says="number of the card holder, at least 0"),
    Column("terminal", "int64", "entity", says="number of the terminal, at least 0"),
    Column("amount", "float64", "value", says="in one currency, rounded to its minor unit"),
    Column("label", "int8", "target", nullable=True, says="1 fraud, 0 genuine, null not known yet"),
)
SCENARIOS = (
    Column("transaction_id", "int64", "id"),
    Column("scenario", "int8", nullable=True, says="which of the simulator's thieves; 0 none"),
)
SCENARIOS_TABLE = "scenarios"
SCHEMA = Schema(
    {"transactions": TRANSACTIONS, SCENARIOS_TABLE: SCENARIOS}, audit=frozenset({SCENARIOS_TABLE})
)
