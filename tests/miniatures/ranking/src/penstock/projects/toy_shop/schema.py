"""Who took which item, and when."""

from penstock.core.contracts import Column, Schema

INTERACTIONS = (
    Column("interaction", "int64", "id", says="unique number"),
    Column("user", "int64", "entity", says="number of the customer, at least 0"),
    Column("item", "int64", "item", says="number of the item, at least 0"),
    Column("time", "timestamp[us]", "time", says="when it was taken, in UTC"),
)
SCHEMA = Schema({"interactions": INTERACTIONS})
