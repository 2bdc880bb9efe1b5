"""Nets that squeeze an image through a few numbers and draw it again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from penstock.core.contracts import Array
from penstock.models.images.parts.pixels import SHAPE
from penstock.models.images.parts.settings import TrainingSettings
from penstock.models.images.parts.torch_lesson import TorchLesson

PIXELS = 784


class AutoencoderNet(nn.Module):
    """Linear layers with ReLU between them, to the code and back; without any, it is PCA's plane.

    A variational one reads a mean and a log-variance for each number of the code, and its pixels
    are logits of Bernoulli variables (Kingma and Welling 2014, appendix C). `head` tells the class
    from the code; it is fitted after the rest.
    """

    def __init__(self, hidden: Sequence[int], code: int, classes: int, variational: bool) -> None:
        super().__init__()
        self.code, self.variational = code, variational
        self.encoder = _layers([PIXELS, *hidden, 2 * code if variational else code])
        self.decoder = _layers([code, *hidden[::-1], PIXELS])
        self.head = nn.Linear(code, classes)

    def read(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Of (n, 1, 28, 28) the code's mean and log-variance (n, code); without one it is 0."""
        found = self.encoder(images.flatten(1))
        if not self.variational:
            return found, torch.zeros_like(found)
        mean, spread = found.chunk(2, dim=1)
        return mean, spread

    def drawn(self, code: torch.Tensor) -> torch.Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, code)."""
        pixels = self.decoder(code)
        shares = pixels.sigmoid() if self.variational else pixels.clamp(0, 1)
        images: torch.Tensor = shares.reshape(-1, *SHAPE)
        return images

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits (n, classes)."""
        logits: torch.Tensor = self.head(self.read(images)[0])
        return logits


def divergence(mean: torch.Tensor, spread: torch.Tensor) -> torch.Tensor:
    """KL(N(mean, e^spread) ‖ N(0, 1)) of each row, summed over the code; `spread` = ln variance.

    Kingma and Welling (2014), appendix B.
    """
    return (mean.square() + spread.exp() - 1 - spread).sum(dim=1) / 2


def noisy(images: torch.Tensor, noise: float, random: torch.Generator | None) -> torch.Tensor:
    """Images in [0, 1] with N(0, noise²) on every pixel, cut to [0, 1] again."""
    return (images + noise * torch.randn(images.shape, generator=random)).clamp(0, 1)


class RestoringLesson(TorchLesson):
    """Mean squared error of the pixels, of images that may have been spoilt with noise."""

    net: AutoencoderNet

    def __init__(self, net: AutoencoderNet, asked: TrainingSettings, noise: float) -> None:
        super().__init__(net, asked)
        self.noise = noise

    def judge(
        self, images: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        given = noisy(images, self.noise, None) if self.noise else images
        loss = mse_loss(self.net.decoder(self.net.read(given)[0]), images.flatten(1))
        return loss, {"loss": float(loss.detach())}


class VariationalLesson(TorchLesson):
    """Minus the evidence lower bound, in nats an image (Kingma and Welling 2014, equation 10)."""

    net: AutoencoderNet

    def judge(
        self, images: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        mean, spread = self.net.read(images)
        code = mean + (spread / 2).exp() * torch.randn_like(mean)
        pixels, given = self.net.decoder(code), images.flatten(1)
        errors = binary_cross_entropy_with_logits(pixels, given, reduction="none").sum(dim=1)
        apart = divergence(mean, spread).mean()
        loss = errors.mean() + apart
        return loss, {"loss": float(loss.detach()), "divergence": float(apart.detach())}


def codes_of(net: AutoencoderNet, images: Array) -> Array:
    """The codes (n, code), float32, of images as float32 in [0, 1]."""
    with torch.inference_mode():
        codes: Array = net.read(torch.from_numpy(images))[0].numpy()
    return codes


def _layers(widths: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for pair in pairwise(widths):
        layers += [nn.Linear(*pair), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
