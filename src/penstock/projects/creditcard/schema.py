"""The payments of the ULB set, under the names they were published with."""

from penstock.core.contracts import Column, Schema

COMPONENTS = tuple(f"V{number}" for number in range(1, 29))
PAYMENTS = (
    Column("row_id", "int64", "id", says="row number in the published file, from 0"),
    Column("Time", "float64", "time", says="seconds since the first payment"),
    *(
        Column(name, "float64", says="a principal component of what was not published")
        for name in COMPONENTS
    ),
    Column("Amount", "float64", "value", says="of the payment"),
    Column("Class", "int8", "target", says="1 fraud, 0 genuine"),
)
SCHEMA = Schema({"transactions": PAYMENTS})
