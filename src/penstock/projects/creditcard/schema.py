"""The payments of the ULB set, under the names they were published with."""

from penstock.core.contracts import Column, Schema

COMPONENTS = tuple(
    Column(f"V{number}", "float64", says="a principal component of what was not published")
    for number in range(1, 29)
)
PAYMENTS = (
    Column("row_id", "int64", "id", says="row number in the published file, from 0"),
    Column("Time", "float64", "time", says="seconds since the first payment"),
    *COMPONENTS,
    Column("Amount", "float64", "value", says="of the payment"),
    Column("Class", "int8", "target", says="1 fraud, 0 genuine"),
)
SCHEMA = Schema({"transactions": PAYMENTS})
