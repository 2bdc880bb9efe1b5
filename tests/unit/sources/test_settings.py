"""The source blocks of params.yaml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.errors import ParamsError
from penstock.sources.settings import parse_source

KEY = "projects.fraud.source"
SHA256 = "0" * 64
MIRRORS: dict[str, Any] = {
    "kind": "mirrors",
    "sha256": SHA256,
    "mirrors": [{"kind": "url", "url": "https://example.org/x.csv"}],
}


def problem(block: dict[str, Any]) -> str:
    with pytest.raises(ParamsError) as error:
        parse_source(block, KEY)
    return str(error.value)


def test_the_blocks_of_params_yaml_parse() -> None:
    projects = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))["projects"]
    kinds = [parse_source(p["source"], f"projects.{n}.source").kind for n, p in projects.items()]
    assert kinds == ["generator", "mirrors", "tables", "idx"]


def test_the_blocks_of_the_documentation_parse() -> None:
    page = Path("docs/bring-your-own-data.md").read_text(encoding="utf-8")
    blocks = re.findall(
        r"```yaml\n(?:projects:\n  fraud:\n)?    source:[^\n]*\n(.*?)```", page, re.DOTALL
    )
    kinds = [parse_source(yaml.safe_load(block), KEY).kind for block in blocks]
    assert kinds == ["files", "sql", "mirrors"]


def test_a_misspelt_kind_gets_did_you_mean() -> None:
    found = problem({"kind": "mirors"})
    assert f"{KEY}.kind: found 'mirors'" in found
    assert "did you mean 'mirrors'?" in found


def test_a_missing_kind_is_said_with_the_choices() -> None:
    assert "kind: missing; expected one of generator, mirrors, files, sql" in problem({})


def test_a_misspelt_key_gets_did_you_mean() -> None:
    assert "did you mean 'path'?" in problem({"kind": "files", "pth": "x.csv", "path": "x.csv"})


def test_a_misspelt_kind_of_mirror_is_said_with_its_place() -> None:
    found = problem(MIRRORS | {"mirrors": [{"kind": "pakage"}]})
    assert f"{KEY}.mirrors.0.kind" in found
    assert "did you mean 'package'?" in found


def test_a_key_of_a_mirror_gets_did_you_mean() -> None:
    package = {"kind": "package", "registry": "pypi", "name": "x", "version": "1", "member": "y"}
    found = problem(MIRRORS | {"mirrors": [package | {"membr": "z"}]})
    assert "did you mean 'member'?" in found


def test_pinned_mirrors_need_a_sha256() -> None:
    block = {key: value for key, value in MIRRORS.items() if key != "sha256"}
    assert "needs the file's sha256" in problem(block)
    assert parse_source(block | {"mode": "live"}, KEY).mode == "live"


def test_live_mirrors_cannot_have_a_sha256() -> None:
    assert "drop it, or say `mode: pinned`" in problem(MIRRORS | {"mode": "live"})


def test_a_password_in_an_address_is_refused() -> None:
    assert "mirrors.0.url" in problem(
        MIRRORS | {"mirrors": [{"kind": "url", "url": "https://me:secret@example.org/x"}]}
    )


def test_an_unknown_encoding_is_refused() -> None:
    assert "no such encoding" in problem({"kind": "files", "path": "x", "encoding": "utf-9"})


@pytest.mark.parametrize("encoding", ["hex", "base64", "rot13", "zip", "idna", "punycode"])
def test_an_encoding_of_something_else_than_text_files_is_refused(encoding: str) -> None:
    found = problem({"kind": "files", "path": "x", "encoding": encoding})
    assert f"{KEY}.encoding: found {encoding!r}; no encoding of a text file" in found
    assert "expected utf-8" in found


@pytest.mark.parametrize("delimiter", [";;", "", "€", '"', "\n", "\0"])
def test_a_delimiter_is_one_character_that_parts_cells(delimiter: str) -> None:
    found = problem({"kind": "files", "path": "x", "delimiter": delimiter})
    assert f"{KEY}.delimiter: found {delimiter!r}; expected one ASCII character" in found


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " "])
def test_a_usual_delimiter_is_taken(delimiter: str) -> None:
    block = {"kind": "files", "path": "x", "delimiter": delimiter}
    assert parse_source(block, KEY).model_dump()["delimiter"] == delimiter


def test_a_query_without_an_order_is_refused() -> None:
    block = {"kind": "sql", "url_env": "DB", "query": "SELECT 1"}
    assert "add an ORDER BY" in problem(block)
    assert parse_source(block | {"query": "SELECT x FROM t\norder  by x"}, KEY).kind == "sql"


def test_an_address_in_place_of_a_variables_name_is_refused() -> None:
    found = problem({"kind": "sql", "url_env": "postgresql://u:p@h/d", "query": "x order by y"})
    assert f"{KEY}.url_env" in found
