"""An autoencoder; the class is told from its code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from penstock.core.contracts import Array, FitContext
from penstock.models.images.parts.classifier import ImageClassifier, softmax
from penstock.models.images.parts.pixels import WHITE, scaled
from penstock.models.images.parts.settings import TrainingSettings, Width
from penstock.models.images.parts.softmax_regression import fit_softmax
from penstock.scoring.arrays_file import load_shaped, save_arrays

if TYPE_CHECKING:
    from penstock.models.images.parts.autoencoder_net import AutoencoderNet
    from penstock.models.images.parts.torch_lesson import TorchLesson

AT_ONCE = 1000  # images; bounds the memory that a hidden layer takes


class AutoencoderSettings(TrainingSettings):
    """What `params` of a candidate may say."""

    kind: Literal["plain", "denoising", "variational"] = Field(
        "plain", description="denoising restores images spoilt with noise; variational can draw"
    )
    hidden: tuple[Width, ...] = Field(
        (256,), description="widths from the pixels to the code; mirrored on the way back"
    )
    code: Width = Field(32, description="numbers that an image is squeezed into")
    noise: float = Field(0.4, ge=0, description="deviation of it, 1 from black to white: denoising")
    C: float = Field(1.0, gt=0, description="inverse strength of the L2 penalty on what tells")
    max_iter: int = Field(100, ge=1, description="steps of the fit of what tells, at most")


class AutoencoderClassifier(ImageClassifier):
    """Trained without labels to restore its images; then logistic regression on the codes.

    Hinton and Salakhutdinov (2006); with noise Vincent et al. (2008); the variational one is
    Kingma and Welling's (2014).
    """

    Settings = AutoencoderSettings

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.net: AutoencoderNet | None = None

    @property
    def code_size(self) -> int:
        """How many numbers a code has."""
        return int(self.settings.code)

    @property
    def noise(self) -> float:
        """Deviation of the noise it is taught to take away, in units of 0 to 255."""
        asked = self.settings
        return float(asked.noise * WHITE) if asked.kind == "denoising" else 0.0

    def learn(self, images: Array, target: Array, context: FitContext) -> None:
        import torch

        from penstock.models.images.parts.calm import calm
        from penstock.models.images.parts.loop import teach

        asked = self.settings
        with calm(context.seed):
            self.net = net = self._net()
            teach(self._lesson(net), (images, target), None, asked, context)
            weight, bias = fit_softmax(self.codes(images), target, asked.C, asked.max_iter)
            with torch.no_grad():
                net.head.weight.copy_(torch.from_numpy(weight))
                net.head.bias.copy_(torch.from_numpy(bias))

    def score(self, images: Array) -> Array:
        net = self._fitted()
        weight, bias = (one.detach().numpy() for one in (net.head.weight, net.head.bias))
        return softmax(self.codes(images) @ weight.T + bias)

    def codes(self, images: Array) -> Array:
        """What uint8 (n, 1, 28, 28) are squeezed into: float32 (n, code); of a VAE, the means."""
        from penstock.models.images.parts.autoencoder_net import codes_of
        from penstock.models.images.parts.calm import calm

        with calm():
            parts = np.split(images, range(AT_ONCE, len(images), AT_ONCE))
            return np.concatenate([codes_of(self._fitted(), scaled(part)) for part in parts])

    def reconstruct(self, images: Array) -> Array:
        """Uint8 (n, 1, 28, 28) squeezed and drawn again: float32 of that shape, 0 to 255."""
        return self.draw(self.codes(images))

    def draw(self, codes: Array) -> Array:
        """The images of `codes` (n, code): float32 (n, 1, 28, 28), 0 to 255."""
        import torch

        from penstock.models.images.parts.calm import calm

        with calm(), torch.inference_mode():
            shares: Array = self._fitted().drawn(torch.from_numpy(codes)).numpy()
        return shares * WHITE

    def augmented(self, images: Array, seed: int) -> Array | None:
        """What training would show for uint8 (n, 1, 28, 28); None where it changes nothing."""
        if self.settings.kind != "denoising":
            return None
        import torch

        from penstock.models.images.parts.autoencoder_net import noisy

        given, random = torch.from_numpy(scaled(images)), torch.Generator().manual_seed(seed)
        spoilt = noisy(given, self.settings.noise, random).numpy()
        return np.rint(spoilt * WHITE).astype(np.uint8)

    def write(self, folder: Path) -> None:
        state = self._fitted().state_dict()
        save_arrays({name: one.numpy() for name, one in state.items()}, folder)

    def read(self, folder: Path) -> None:
        import torch

        self.net = self._net()
        expected = {name: tuple(one.shape) for name, one in self.net.state_dict().items()}
        arrays = load_shaped(folder, expected)
        self.net.load_state_dict({name: torch.from_numpy(one) for name, one in arrays.items()})

    def _net(self) -> AutoencoderNet:
        from penstock.models.images.parts.autoencoder_net import AutoencoderNet

        asked = self.settings
        return AutoencoderNet(
            asked.hidden, asked.code, len(self.classes), asked.kind == "variational"
        )

    def _lesson(self, net: AutoencoderNet) -> TorchLesson:
        from penstock.models.images.parts.autoencoder_net import RestoringLesson, VariationalLesson

        asked = self.settings
        if asked.kind == "variational":
            return VariationalLesson(net, asked)
        return RestoringLesson(net, asked, self.noise / float(WHITE))

    def _fitted(self) -> AutoencoderNet:
        assert self.net is not None, "fit or load first"
        return self.net


MODEL = AutoencoderClassifier
