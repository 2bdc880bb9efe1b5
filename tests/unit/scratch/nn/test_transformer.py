from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.attention import causal_mask, padding_mask
from penstock.scratch.nn.decoder import DecoderBlock
from penstock.scratch.nn.encoder import BlockShape, EncoderBlock
from penstock.scratch.nn.transformer import Transformer
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides
from tests.unit.scratch.nn.blocks import SMALL

THEIRS = {"relu": F.relu, "gelu": partial(F.gelu, approximate="tanh")}


@st.composite
def shapes(draw: st.DrawFn) -> BlockShape:
    heads = draw(st.integers(1, 3))
    return BlockShape(
        width=heads * draw(st.integers(1, 3)),
        heads=heads,
        inner=draw(st.integers(1, 5)),
        activation=draw(st.sampled_from(["relu", "gelu"])),
        norm_first=draw(st.booleans()),
    )


def as_theirs(shape: BlockShape) -> dict[str, Any]:
    return {
        "d_model": shape.width,
        "nhead": shape.heads,
        "dim_feedforward": shape.inner,
        "dropout": 0.0,
        "activation": THEIRS[shape.activation],
        "norm_first": shape.norm_first,
        "batch_first": True,
    }


def hidden(mask: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(~mask)


@pytest.mark.curriculum("L02")
@drawn
@given(shape=shapes(), n=sides, t=sides, seed=seeds)
def test_encoder_blocks_are_torchs(shape: BlockShape, n: int, t: int, seed: int) -> None:
    ours = EncoderBlock(shape, np.random.default_rng(seed))
    theirs = torch.nn.TransformerEncoderLayer(**as_theirs(shape))
    x, mask = numbers(seed, n, t, shape.width), causal_mask(t)
    agree(ours, theirs, x)
    agree(lambda a: ours(a, mask), lambda a: theirs(a, hidden(mask)), x, copied=(ours, theirs))


@pytest.mark.curriculum("L03")
@drawn
@given(shape=shapes(), n=sides, t=sides, s=sides, seed=seeds)
def test_decoder_blocks_are_torchs(shape: BlockShape, n: int, t: int, s: int, seed: int) -> None:
    ours = DecoderBlock(shape, np.random.default_rng(seed))
    theirs = torch.nn.TransformerDecoderLayer(**as_theirs(shape))
    x, memory = numbers(seed, n, t, shape.width), numbers(seed + 1, n, s, shape.width)
    agree(
        lambda a, b: ours(a, b, causal_mask(t)),
        lambda a, b: theirs(a, b, hidden(causal_mask(t))),
        x,
        memory,
        copied=(ours, theirs),
    )


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.curriculum("L04")
@drawn
@given(shape=shapes(), n=sides, t=sides, s=sides, blocks=st.integers(1, 2), seed=seeds)
def test_the_transformer_is_torchs_with_copied_weights(
    shape: BlockShape, n: int, t: int, s: int, blocks: int, seed: int
) -> None:
    ours = Transformer(shape, np.random.default_rng(seed), blocks, blocks)
    theirs = torch.nn.Transformer(
        num_encoder_layers=blocks, num_decoder_layers=blocks, **as_theirs(shape)
    )
    source, target = numbers(seed, n, s, shape.width), numbers(seed + 1, n, t, shape.width)
    lengths = np.random.default_rng(seed).integers(1, s + 1, n)
    padding = padding_mask(lengths, s)
    agree(
        lambda a, b: ours(a, b, padding, causal_mask(t), padding),
        lambda a, b: theirs(
            a,
            b,
            tgt_mask=hidden(causal_mask(t)),
            src_key_padding_mask=hidden(padding[:, 0, 0]),
            memory_key_padding_mask=hidden(padding[:, 0, 0]),
        ),
        source,
        target,
        copied=(ours, theirs),
    )
    agree(ours, theirs, source, target)


@pytest.mark.curriculum("L04")
def test_the_published_base_size_has_the_published_parts() -> None:
    ours = Transformer(SMALL(), np.random.default_rng(0))
    assert len(ours.encoder.layers) == len(ours.decoder.layers) == 6


def test_dropout_is_drawn_in_training_alone() -> None:
    net = Transformer(SMALL(dropout=0.5), np.random.default_rng(0), 1, 1)
    x = Tensor(numbers(0, 1, 3, 4).astype(np.float32))
    assert not np.array_equal(net(x, x).data, net(x, x).data)
    net.eval()
    assert np.array_equal(net(x, x).data, net(x, x).data)


def test_what_does_not_fit_is_refused() -> None:
    net = Transformer(SMALL(), np.random.default_rng(0), 1, 1)
    with pytest.raises(ShapeError, match="as many sources as targets"):
        net(Tensor(numbers(0, 1, 3, 4)), Tensor(numbers(0, 2, 3, 4)))
    with pytest.raises(SettingError, match=r"\['gelu', 'relu'\], got swish"):
        SMALL(activation="swish")
