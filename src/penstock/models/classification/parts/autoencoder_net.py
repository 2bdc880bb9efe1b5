"""A net that squeezes rows through a few numbers; what it can't restore is odd."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import mse_loss

from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.autoencoder import AutoencoderSettings
from penstock.models.training.batches import Batches
from penstock.models.training.dense import Standardise
from penstock.models.training.learner import BinaryLearner
from penstock.models.training.reproducible import reproducible
from penstock.models.training.resumable import fingerprint, fit_resumable

SCORED_AT_ONCE = 8192  # rows; bounds the memory that a hidden layer takes


class AutoencoderNet(nn.Module):
    """Standardised rows to their code and back; `middle` and `spread` tell usual errors from odd.

    Both are of the logarithm of the errors of the rows it was fitted on.
    """

    middle: torch.Tensor
    spread: torch.Tensor

    def __init__(self, inputs: int, asked: AutoencoderSettings) -> None:
        super().__init__()
        self.standardise = Standardise(inputs)
        widths = [inputs, *asked.hidden, asked.code]
        self.body = nn.Sequential(_layers(widths), nn.ReLU(), _layers(widths[::-1]))
        self.register_buffer("middle", torch.zeros((), dtype=torch.float64))
        self.register_buffer("spread", torch.ones((), dtype=torch.float64))

    def seen(self, rows: Array) -> tuple[torch.Tensor, torch.Tensor]:
        """Of raw rows (rows, inputs): log mean squared error (rows,), float64, and code."""
        errors, codes = [], []
        with torch.inference_mode():
            for part in torch.split(torch.from_numpy(rows), SCORED_AT_ONCE):
                given = self.standardise(part)
                errors.append((self.body(given) - given).double().square().mean(dim=1))
                codes.append(self.body[0](given))
            # A row that is restored to the bit still has a logarithm.
            return torch.cat(errors).clamp(min=1e-12).log(), torch.cat(codes)

    def odds(self, rows: Array) -> Array:
        """How odd each raw row is, in (0, 1): one half where its error is the usual one."""
        strange = (self.seen(rows)[0] - self.middle) / self.spread
        chances: Array = strange.sigmoid().numpy()
        return chances


class _Restoring(BinaryLearner):
    """The same training, for targets that are the rows themselves."""

    def loss(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return mse_loss(logits, target)


def fit_autoencoder(rows: Array, asked: AutoencoderSettings, context: FitContext) -> AutoencoderNet:
    """A net that restores `rows` (rows, inputs), float32, as well as its code allows."""
    with reproducible(context.seed):
        net = AutoencoderNet(rows.shape[1], asked)
        tensor = torch.from_numpy(rows)
        net.standardise.learn(tensor)
        learner = _Restoring(net.body, asked.learning_rate, 1.0, context.seed)
        given = net.standardise(tensor)
        fit_resumable(
            learner,
            Batches(given, given, asked.batch_size, lambda: learner.shuffle(len(rows))),
            None,
            epochs=asked.epochs,
            patience=asked.epochs,
            folder=context.checkpoint_dir,
            fingerprint=fingerprint(asked, context, rows),
            record=context.record,
        )
        errors = net.seen(rows)[0]
        net.middle.copy_(errors.mean())
        deviation = errors.std(correction=0)
        net.spread.copy_(torch.where(deviation > 0, deviation, 1.0))
    return net.eval()


def _layers(widths: Sequence[int]) -> nn.Sequential:
    """Linear layers from each width to the next with ReLU between them."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
