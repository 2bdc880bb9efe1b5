"""The `source` block of a project in params.yaml, by its `kind`."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from penstock.core.errors import ParamsError, did_you_mean
from penstock.core.settings import Settings, parse

Format = Literal["csv", "parquet"]
ENCODINGS = "expected utf-8, utf-16, latin-1, cp1252 …"
FILE = "{file}"  # stands for the name of a file in the mirrors of many
NOT_OF_FILES = ("idna", "punycode", "undefined")
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 hexadecimal digits")]


class Common(Settings):
    """What every kind of source says."""

    mode: Literal["pinned", "live"] = Field(
        "pinned", description="pinned refuses data that changed; live records it at a refresh"
    )


class Tabular(Common):
    """A source that fills one table of the project's schema."""

    table: str | None = Field(None, description="a table of schema.py; needed if it has several")
    columns: dict[str, str] = Field({}, description="column of schema.py -> column of the source")
    # Left out of a block's hash where nobody says it, so records from before it was known hold.
    epoch: Literal["s", "ms", "us"] | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="what whole numbers in columns of moments count since 1970 in UTC",
    )


class CsvOptions(Settings):
    """How a CSV file is written down."""

    format: Format | None = Field(None, description="csv or parquet; else the file's name says it")
    encoding: str = Field("utf-8", description="character encoding of a CSV file")
    delimiter: str = Field(",", description="one ASCII character, of a CSV file")

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            codec = codecs.lookup(value)
        except (LookupError, ValueError):
            raise ValueError(f"no such encoding; {ENCODINGS}") from None
        if not codec._is_text_encoding or codec.name in NOT_OF_FILES:
            raise ValueError(f"no encoding of a text file; {ENCODINGS}")
        return codec.name

    @field_validator("delimiter")
    @classmethod
    def _one_byte(cls, value: str) -> str:
        if not re.fullmatch(r"[\x01-\x7f]", value) or value in '"\r\n':
            raise ValueError(
                "expected one ASCII character, neither a quote nor a line break, such as ; or a "
                'tab ("\\t"); write the file with such a one'
            )
        return value


class GeneratorSource(Common):
    """The project's own source.py makes the data."""

    kind: Literal["generator"]
    settings: dict[str, Any] = Field({}, description="checked by GeneratorSettings of source.py")
    label_delay_days: int | None = Field(
        None, ge=0, description="days until a label is known, where the generator has labels"
    )


class Place(Settings):
    """Where a file lies."""

    # Left out of a block's hash where nobody says it, so records from before it was known hold.
    unpack: Literal["gzip"] | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="how the file is packed there; the sha256 is of what is unpacked",
    )


class UrlMirror(Place):
    """The file itself, at an address."""

    kind: Literal["url"]
    url: str = Field(
        pattern=r"^https?://[^\s@]+$", description="http(s) address, no password in it"
    )


class PackageMirror(Place):
    """A file inside a package of a registry; the package is read as an archive, never installed."""

    kind: Literal["package"]
    registry: Literal["pypi", "npm", "debian"]
    name: str = Field(min_length=1, description="of the package")
    version: str = Field(min_length=1, description="of the package, exactly")
    member: str = Field(min_length=1, description="path of the file inside the package")


Mirror = Annotated[UrlMirror | PackageMirror, Field(discriminator="kind")]


class MirroredFile(Settings):
    """One file that lies in several places."""

    sha256: Sha256 | None = Field(None, description="of the file; a pinned source needs it")
    mirrors: tuple[Mirror, ...] = Field(min_length=1, description="places, tried in order")
    licence: str | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="what the file may be used for, told when it is downloaded",
    )


class MirrorsSource(Tabular, CsvOptions, MirroredFile):
    """One file that lies in several places, tried in order."""

    kind: Literal["mirrors"]

    @model_validator(mode="after")
    def _pin(self) -> MirrorsSource:
        if self.mode == "pinned" and self.sha256 is None:
            raise ValueError("a pinned source of mirrors needs the file's sha256, or `mode: live`")
        if self.mode == "live" and self.sha256 is not None:
            raise ValueError("a live source can't have a sha256: drop it, or say `mode: pinned`")
        return self


class FilesSource(Tabular, CsvOptions):
    """A CSV or Parquet file, or a folder of such."""

    kind: Literal["files"]
    path: str = Field(min_length=1, description="file or folder, relative to the checkout or not")


class SqlSource(Tabular):
    """A query, sent through SQLAlchemy; the address with its password stays in the environment."""

    kind: Literal["sql"]
    url_env: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="name of the environment variable that holds the SQLAlchemy URL",
    )
    query: str = Field(min_length=1, description="a SELECT; `:as_of` stands for the as-of date")

    @field_validator("query")
    @classmethod
    def _ordered(cls, value: str) -> str:
        if not re.search(r"\border\s+by\b", value, re.IGNORECASE):
            raise ValueError("the same data must come in the same order: add an ORDER BY")
        return value


class TablesSource(Common):
    """Several tables, each from a source of its own."""

    kind: Literal["tables"]
    tables: dict[str, dict[str, Any]] = Field(
        min_length=1, description="table of schema.py -> a source of kind mirrors, files or sql"
    )


class IdxFile(Settings):
    """A file of one array, or of one part of it."""

    file: str = Field(min_length=1, description="its name, which stands for {file} in the mirrors")
    sha256: Sha256 = Field(description="of the file")


class IdxSet(Settings):
    """Labelled images in IDX files; where there are several parts, they follow one another."""

    classes: tuple[str, ...] = Field(min_length=2, description="what the labels 0, 1 … are called")
    mirrors: tuple[Mirror, ...] = Field(min_length=1, description="places, tried in order")
    images: tuple[IdxFile, ...] = Field(min_length=1, description="a file for each part")
    labels: tuple[IdxFile, ...] = Field(min_length=1, description="a file for each part")

    @model_validator(mode="after")
    def _paired(self) -> IdxSet:
        if len(self.images) != len(self.labels):
            found = f"found {len(self.images)} of images and {len(self.labels)} of labels"
            raise ValueError(f"expected a file of labels for each file of images, {found}")
        for mirror in self.mirrors:
            where = mirror.member if isinstance(mirror, PackageMirror) else mirror.url
            if FILE not in where:
                raise ValueError(f"mirrors: expected {FILE} for the file's name in {where!r}")
        return self

    def located(self, one: IdxFile) -> MirroredFile:
        """The file with its own name in every mirror."""
        mirrors = [json.loads(mirror.model_dump_json()) for mirror in self.mirrors]
        for mirror in mirrors:
            place = "member" if mirror["kind"] == "package" else "url"
            mirror[place] = mirror[place].replace(FILE, one.file)
        return parse(MirroredFile, {"sha256": one.sha256, "mirrors": mirrors}, one.file)


class IdxSource(Common):
    """Labelled images: one of several sets that are written down alike."""

    kind: Literal["idx"]
    take: str = Field(description="which of `sets` is read")
    sets: dict[str, IdxSet] = Field(min_length=1, description="images and labels by name")

    @model_validator(mode="after")
    def _known(self) -> IdxSource:
        if self.take not in self.sets:
            raise ValueError(f"take: no set {self.take!r}; {did_you_mean(self.take, self.sets)}")
        if self.mode == "live":
            raise ValueError("every file has a sha256, so nothing can change: say `mode: pinned`")
        return self


SourceSettings = (
    GeneratorSource | MirrorsSource | FilesSource | SqlSource | TablesSource | IdxSource
)
KINDS: Mapping[str, type[SourceSettings]] = {
    "generator": GeneratorSource,
    "mirrors": MirrorsSource,
    "files": FilesSource,
    "sql": SqlSource,
    "tables": TablesSource,
    "idx": IdxSource,
}
OF_A_TABLE = ("mirrors", "files", "sql")


def parse_source(value: Mapping[str, Any], key: str) -> SourceSettings:
    """The block `value` that stands at the dotted `key` of params.yaml, typed by its `kind`.

    Raises:
        ParamsError: the kind is missing or unknown, or a key of it is wrong.
    """
    if "kind" not in value:
        raise ParamsError([f"{key}.kind: missing; expected one of {', '.join(KINDS)}"])
    kind = value["kind"]
    if kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS)
        raise ParamsError([f"{key}.kind: found {kind!r}; expected one of {sorted(KINDS)}; {hint}"])
    settings = parse(KINDS[kind], value, key)
    if isinstance(settings, TablesSource):
        parse_tables(settings, key)
    return settings


def parse_tables(
    source: TablesSource, key: str
) -> dict[str, MirrorsSource | FilesSource | SqlSource]:
    """The source of each table of `source`, which stands at `key`; its mode is that of the whole.

    Raises:
        ParamsError: one line per problem, of all the tables.
    """
    found: dict[str, MirrorsSource | FilesSource | SqlSource] = {}
    problems: list[str] = []
    for name, block in source.tables.items():
        where = f"{key}.tables.{name}"
        kind = block.get("kind", "")
        said = [
            f"{where}.{k}: stands above, for all tables" for k in ("mode", "table") if k in block
        ]
        if kind not in OF_A_TABLE:
            hint = did_you_mean(str(kind), OF_A_TABLE)
            said.append(f"{where}.kind: found {kind!r}; expected one of {[*OF_A_TABLE]}; {hint}")
        if said:
            problems += said
            continue
        try:
            whole = {**block, "table": name, "mode": source.mode}
            one = parse(KINDS[kind], whole, where)
        except ParamsError as error:
            problems += error.problems
            continue
        assert isinstance(one, MirrorsSource | FilesSource | SqlSource)
        found[name] = one
    if problems:
        raise ParamsError(problems)
    return found
