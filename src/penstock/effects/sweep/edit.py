"""A YAML text with a few values changed in place: every other character stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from penstock.core.errors import PenstockError

Path = tuple[str, ...]
PLAIN = re.compile(r"[A-Za-z_][\w.-]*")


class NotEditable(PenstockError):
    """The file is written in a way (aliases, merges) that can't be changed in place."""

    def __init__(self, file: str, changes: Mapping[Path, Any]) -> None:
        told = [f"{'.'.join(path)}: {json.dumps(value)}" for path, value in changes.items()]
        super().__init__(f"{file} can't be edited in place\n  fix: write by hand {'; '.join(told)}")


def edit_yaml(text: str, changes: Mapping[Path, Any], file: str = "params.yaml") -> str:
    """`text` with the value at each path of keys set; keys that are missing are added.

    Raises:
        NotEditable: the outcome would not be the same document with just these values.
    """
    edited = text
    try:
        for path, value in changes.items():
            edited = _set(edited, path, value)
        right = _load(edited) == _changed(_load(text), changes)
    except (AttributeError, TypeError, YAMLError):
        right = False
    if not right:
        raise NotEditable(file, changes)
    return edited


def _load(text: str) -> Any:
    return YAML(typ="safe").load(text)


def _changed(document: Any, changes: Mapping[Path, Any]) -> Any:
    changed = _apart(document)
    for path, value in changes.items():
        block = changed
        for key in path[:-1]:
            block[key] = block.get(key) or {}
            block = block[key]
        block[path[-1]] = value
    return changed


def _apart(value: Any) -> Any:
    """A copy in which nothing stands in two places, as aliases make it."""
    if isinstance(value, Mapping):
        return {key: _apart(one) for key, one in value.items()}
    return [_apart(one) for one in value] if isinstance(value, list) else value


def _set(text: str, path: Path, value: Any) -> str:
    """One value set, at the place where the parser says that it stands."""
    node: Node = YAML(typ="rt", pure=True).compose(text)
    for depth, key in enumerate(path):
        if not isinstance(node, MappingNode):
            raise TypeError(f"{'.'.join(path[:depth])} is no mapping")
        pair = next((pair for pair in node.value if pair[0].value == key), None)
        if depth + 1 == len(path) or pair is None or isinstance(pair[1], ScalarNode):
            for missing in reversed(path[depth + 1 :]):
                value = {missing: value}
            if pair is None:
                return _insert(text, node, key, value)
            return _replace(text, pair[0], pair[1], value)
        node = pair[1]
    return text


def _replace(text: str, name: Node, node: Node, value: Any) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    if start == end:  # `key:` without a value, whose place is that of what comes next
        after = name.end_mark.index + len(":")
        return f"{text[:after]} {_written(value)}{text[after:]}"
    return text[:start] + _written(value) + text[end:]


def _insert(text: str, node: MappingNode, key: str, value: Any) -> str:
    entry = f"{key}: {_written(value)}"
    if node.flow_style:
        if not node.value:
            return text[: node.start_mark.index] + f"{{{entry}}}" + text[node.end_mark.index :]
        end = node.value[-1][1].end_mark.index
        return text[:end] + f", {entry}" + text[end:]
    first = node.value[0][0].start_mark
    last = _last_of(node)
    line = text.find("\n", last)
    head = text if line >= 0 else f"{text}\n"
    at = line + 1 if line >= 0 else len(head)
    return f"{head[:at]}{' ' * first.column}{entry}\n{head[at:]}"


def _last_of(node: Node) -> int:
    """Where the last scalar or bracket of a block ends: its own end is after what follows it."""
    while isinstance(node, CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)


def _written(value: Any) -> str:
    """In one line, as a person would write it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str) and PLAIN.fullmatch(value) and _load(value) == value:
        return value
    return json.dumps(value)
