"""Lightning's checkpoints without pickle: one safetensors file, the rest as JSON in its header.

A checkpoint is a tree of dicts, lists, tuples and plain values with tensors in it. Tensors are
numbered; their places, and everything else, stand in the JSON. A digest over both tells a file
that was damaged from one that can be resumed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.plugins.io import CheckpointIO
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from penstock.core.files import atomic

TREE, DIGEST = "tree", "sha256"
Tensors = dict[str, torch.Tensor]


class DamagedCheckpoint(Exception):
    """A checkpoint file that can't be resumed; training starts from scratch instead."""


class SafetensorsCheckpointIO(CheckpointIO):
    """Handed to a Trainer as a plugin."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write `checkpoint` to `path`, whole or not at all."""
        tensors: Tensors = {}
        tree = json.dumps(_encode(checkpoint, tensors))
        # One key in the header: several would be written in random order.
        header = {TREE: json.dumps({TREE: tree, DIGEST: _digest(tree, tensors)})}
        with atomic(Path(path)) as part:
            part.write_bytes(save(tensors, header))

    def load_checkpoint(
        self, path: Any, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """The checkpoint in `path`, on the CPU.

        Raises:
            DamagedCheckpoint: it is cut short or altered.
        """
        try:
            with safe_open(path, framework="pt") as file:
                header = json.loads(file.metadata()[TREE])
                tensors: Tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if _digest(header[TREE], tensors) != header[DIGEST]:
                raise DamagedCheckpoint("its digest is another")
            checkpoint: dict[str, Any] = _decode(json.loads(header[TREE]), tensors)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise DamagedCheckpoint(f"{type(error).__name__}: {error}") from None
        return checkpoint

    def remove_checkpoint(self, path: Any) -> None:
        """Delete it, if it is there."""
        Path(path).unlink(missing_ok=True)


def _encode(value: Any, tensors: Tensors) -> Any:
    """`value` as JSON: a plain value stands for itself, a list `[kind, content]` for the rest."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.Tensor):
        name = f"{len(tensors):06d}"
        # A clone: safetensors refuses two tensors on one storage.
        tensors[name] = value.detach().cpu().contiguous().clone()
        return ["tensor", name]
    if isinstance(value, dict):
        return ["dict", [[_encode(k, tensors), _encode(v, tensors)] for k, v in value.items()]]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [kind, [_encode(item, tensors) for item in value]]
    raise TypeError(f"a checkpoint holds tensors and plain values, no {type(value).__name__}")


def _decode(node: Any, tensors: Tensors) -> Any:
    if not isinstance(node, list):
        return node
    kind, content = node
    match kind:
        case "tensor":
            return tensors[content]
        case "dict":
            return {_decode(key, tensors): _decode(value, tensors) for key, value in content}
        case "list":
            return [_decode(item, tensors) for item in content]
        case "tuple":
            return tuple(_decode(item, tensors) for item in content)
    raise ValueError(f"unknown kind {kind!r}")


def _digest(tree: str, tensors: Tensors) -> str:
    digest = hashlib.sha256(tree.encode())
    for name in sorted(tensors):
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
