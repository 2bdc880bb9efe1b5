"""Interactions, with a catalogue and a table of users where there are such.

Ids come as text, so that a shop's article numbers and a log's UUIDs both fit; the features turn
them into whole numbers where all of them are.
"""

from penstock.core.contracts import Column, Schema

INTERACTIONS = (
    Column("interaction", "int64", "id", says="unique number; row numbers where a source has none"),
    Column("user", "string", "entity", says="id of the user"),
    Column("item", "string", "item", says="id of the item"),
    Column("time", "timestamp[us]", "time", says="when, in UTC"),
    Column(
        "value", "float64", "value", nullable=True, says="rating, price, count …", optional=True
    ),
)
GENRES = (
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
ITEMS = (
    Column("item", "string", "item", says="id of the item"),
    Column("title", "string", "text", nullable=True, says="what people call it", optional=True),
    Column(
        "category",
        "string",
        nullable=True,
        says="one, or several with | between them",
        optional=True,
    ),
    Column(
        "released",
        "string",
        nullable=True,
        says="text with a year of four digits in it",
        optional=True,
    ),
    Column("stock", "float64", nullable=True, says="0 where it can't be had", optional=True),
    Column("minimum_age", "float64", nullable=True, says="years a viewer must be", optional=True),
    *(
        Column(
            genre, "int8", nullable=True, says="1 where the film is of that genre", optional=True
        )
        for genre in GENRES
    ),
)
USERS = (
    Column("user", "string", "entity", says="id of the user"),
    Column("age", "float64", nullable=True, says="years", optional=True),
    Column("gender", "string", nullable=True, says="as the source has it", optional=True),
    Column("occupation", "string", nullable=True, says="as the source has it", optional=True),
)
SCHEMA = Schema(
    {"interactions": INTERACTIONS, "items": ITEMS, "users": USERS},
    optional=frozenset({"items", "users"}),
)
