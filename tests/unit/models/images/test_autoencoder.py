from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from scipy.ndimage import median_filter
from sklearn.decomposition import PCA

from penstock.core.dataset import Dataset
from penstock.models.images.parts.autoencoder_net import AutoencoderNet, divergence
from tests.unit.models.images.given import CLASSES, accuracy, context, digits, model, view

LONG = {"epochs": 40, "batch_size": 64, "hidden": [128], "learning_rate": 4e-3}


def rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255


def error(images: np.ndarray, drawn: np.ndarray) -> float:
    return float(np.mean((rows(images) - rows(drawn)) ** 2))


def psnr(images: np.ndarray, drawn: np.ndarray) -> float:
    return float(-10 * np.log10(error(images, drawn)))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    one = model("autoencoder", **LONG, code=8)
    return one.fit(view(0, 1400), context(tmp_path_factory.mktemp("plain")))


@pytest.mark.curriculum("G05", of="src/penstock/models/images/autoencoder.py")
def test_it_restores_unseen_digits_better_than_as_many_principal_components(plain: Any) -> None:
    images = digits()[0]
    pca = PCA(8).fit(rows(images[:1400]))
    unseen = rows(images[1400:])
    by_pca = float(np.mean((unseen - pca.inverse_transform(pca.transform(unseen))) ** 2))
    drawn = plain.reconstruct(images[1400:])
    assert drawn.shape == images[1400:].shape and drawn.dtype == np.float32
    assert drawn.min() >= 0 and drawn.max() <= 255
    assert error(images[1400:], drawn) < 0.9 * by_pca
    assert plain.code_size == 8 and plain.noise == 0 and plain.augmented(images[:2], 0) is None


@pytest.mark.curriculum("G08", of="src/penstock/models/images/autoencoder.py")
def test_its_code_tells_the_class_and_without_bends_it_spans_the_principal_components(
    plain: Any, tmp_path: Path
) -> None:
    assert plain.codes(digits()[0][:5]).shape == (5, 8)
    assert accuracy(plain) > 0.75

    # Images in a space of four dimensions, so that a few thousand steps are enough.
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(784, 4)))[0] * [6.0, 5.0, 4.0, 0.5]
    made = 0.5 + rng.uniform(-1, 1, (300, 4)) @ basis.T
    images = np.rint(made.clip(0, 1) * 255).astype(np.uint8).reshape(-1, 1, 28, 28)
    given = view(0, 300)
    data = Dataset(tensors={"image": images}, notes={"classes": list(CLASSES)})
    asked = {"hidden": [], "code": 3, "epochs": 100, "batch_size": 10, "learning_rate": 0.03}
    one = model("autoencoder", **asked).fit(replace(given, data=data), context(tmp_path))
    components = PCA(3).fit(rows(images)).components_.T
    decoder = one.net.decoder[0].weight.detach().numpy()
    assert np.degrees(subspace_angles(decoder, components).max()) < 0.5


@pytest.mark.curriculum("G07", of="src/penstock/models/images/autoencoder.py")
def test_it_takes_noise_away_better_than_a_median_filter(tmp_path: Path) -> None:
    one = model("autoencoder", **LONG, code=16, kind="denoising", noise=0.4)
    one.fit(view(0, 1400), context(tmp_path))
    images = digits()[0][1400:]
    spoilt = one.augmented(images, 7)
    assert spoilt.dtype == np.uint8 and (spoilt == one.augmented(images, 7)).all()
    assert one.noise == pytest.approx(0.4 * 255)
    filtered = median_filter(spoilt, size=(1, 1, 3, 3))
    assert psnr(images, one.reconstruct(spoilt)) > psnr(images, filtered) + 1 > psnr(images, spoilt)


@pytest.mark.curriculum("G09", of="src/penstock/models/images/parts/autoencoder_net.py")
def test_the_divergence_is_the_closed_form_between_normals() -> None:
    mean, spread = torch.randn(5, 3, dtype=torch.float64), torch.randn(5, 3, dtype=torch.float64)
    ours = torch.distributions.Normal(mean, (spread / 2).exp())
    apart = torch.distributions.kl_divergence(ours, torch.distributions.Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(divergence(mean, spread), apart, rtol=1e-12, atol=1e-12)


@pytest.mark.curriculum("G09", of="src/penstock/models/images/parts/autoencoder_net.py")
def test_the_evidence_lower_bound_is_below_the_importance_weighted_likelihood(
    tmp_path: Path,
) -> None:
    history: list[dict[str, float]] = []
    one = model("autoencoder", **LONG | {"epochs": 8}, code=4, kind="variational")
    one.fit(view(0, 1400), context(tmp_path, lambda row: history.append(dict(row))))
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert history[-1]["train_divergence"] > 1
    images = torch.from_numpy(rows(digits()[0][1400:1450])).float()
    bounds, weighted = _bounds(one.net, images)
    assert (bounds <= weighted + 1e-3).all() and bounds.mean() < weighted.mean() - 0.1
    drawn = one.draw(np.zeros((2, 4), np.float32))
    assert drawn.shape == (2, 1, 28, 28) and drawn.min() >= 0 and drawn.max() <= 255


def _bounds(net: AutoencoderNet, images: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """ELBO and importance-weighted ln p(x) from 300 draws (Burda et al. 2016), an image each."""
    normal = torch.distributions.Normal
    with torch.no_grad():
        mean, spread = net.read(images.reshape(-1, 1, 28, 28))
        near = normal(mean, (spread / 2).exp())
        torch.manual_seed(0)
        codes = near.sample((300,))
        logits = net.decoder(codes)
        told = (images * logits - torch.nn.functional.softplus(logits)).sum(-1)
        weights = told + (normal(0.0, 1.0).log_prob(codes) - near.log_prob(codes)).sum(-1)
        elbo, bound = weights.mean(0), torch.logsumexp(weights, 0) - np.log(300)
    return elbo.numpy(), bound.numpy()
