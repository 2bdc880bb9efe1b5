from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from penstock.models.images.parts.nets import CNN, MLP, Convolution, LeNet, Residual, ResNet9
from penstock.models.images.parts.residual_net import BasicBlock, ResNet
from tests.unit.models.images.given import digits, fitted, model


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def size(net: nn.Module) -> int:
    return sum(one.numel() for one in net.parameters())


@pytest.mark.curriculum(
    "V06",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/lenet.py",
        "src/penstock/models/images/numpy_lenet.py",
    ),
    figure="digits/numpy-lenet/test/accuracy",
)
@pytest.mark.parametrize("classic", [False, True])
def test_lenet_has_its_61706_numbers_and_bends_and_pools_as_asked(
    classic: bool,
) -> None:
    net = LeNet(10, classic)
    # 156 + 2,416 + 48,120 + 10,164 + 850, layer by layer.
    assert size(net) == 6 * 26 + 16 * 151 + 120 * 401 + 84 * 121 + 10 * 85 == 61_706
    x = numbers(3, 1, 28, 28)
    bend, pool = (torch.tanh, F.avg_pool2d) if classic else (torch.relu, F.max_pool2d)
    seen = bend(pool(net.conv1(x), 2))
    seen = bend(pool(net.conv2(seen), 2)).flatten(1)
    expected = net.fc3(bend(net.fc2(bend(net.fc1(seen)))))
    torch.testing.assert_close(net(x), expected)


@pytest.mark.curriculum(
    "V07",
    of=("src/penstock/models/images/cnn.py", "src/penstock/models/images/parts/nets.py"),
    figure="digits/cnn/test/accuracy",
)
def test_the_plain_net_has_32_64_and_128_filters_batch_norm_and_dropout() -> None:
    asked = model("cnn").settings.model_copy(update={"widths": (32, 64, 128), "hidden": 128})
    net: Any = CNN(10, asked.widths, asked.hidden, asked.dropout, asked.batch_norm)
    assert [one[0].out_channels for one in net.features] == [32, 64, 128]
    assert all(isinstance(one[2], nn.BatchNorm2d) for one in net.features)
    assert asked.dropout == 0.3 and net(numbers(2, 1, 28, 28)).shape == (2, 10)
    assert net.head[1].in_features == 128 * 3 * 3


@pytest.mark.curriculum(
    "N27", of=("src/penstock/models/images/cnn.py", "src/penstock/models/images/resnet.py")
)
@pytest.mark.parametrize("name", ["cnn", "resnet"])
def test_batch_norm_can_be_left_out_for_a_bias(name: str) -> None:
    for asked in (True, False):
        net = model(name, batch_norm=asked).begin(10, 0).net
        kinds = [type(one) for one in net.modules()]
        assert (nn.BatchNorm2d in kinds) == asked
        first = next(one for one in net.modules() if isinstance(one, nn.Conv2d))
        assert (first.bias is None) == asked


@pytest.mark.curriculum("N33", of="src/penstock/models/images/parts/nets.py")
def test_our_own_modules_are_torchs_built_ins_put_together() -> None:
    own, x = Convolution(2, 3, halved=True).double(), numbers(4, 2, 6, 6).double()
    built = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.MaxPool2d(2), nn.BatchNorm2d(3)
    ).double()
    built.load_state_dict(own.state_dict())
    torch.testing.assert_close(own(x), built(x).relu())
    for name, one in built.state_dict().items():
        torch.testing.assert_close(own.state_dict()[name], one)

    mlp = MLP((784, 5, 4, 3)).double()
    x = numbers(4, 1, 28, 28).double().requires_grad_()
    plain = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 5), nn.ReLU(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)
    ).double()
    for mine, its in zip(mlp.parameters(), plain.parameters(), strict=True):
        its.data.copy_(mine.data)
    (one,) = torch.autograd.grad(mlp(x).square().sum(), x)
    (other,) = torch.autograd.grad(plain(x).square().sum(), x)
    torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)
    block, x = Residual(1, batch_norm=False).double(), numbers(1, 1, 4, 4).double()
    assert torch.autograd.gradcheck(block, x.requires_grad_())


@pytest.mark.curriculum(
    "V11",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/parts/residual_net.py",
    ),
    figure="digits/resnet/test/accuracy",
)
def test_published_residual_nets_have_their_names_shapes_and_sizes() -> None:
    large = ResNet(1000, (2, 2, 2, 2), 64, channels=3, large=True)
    state = {name: list(one.shape) for name, one in sorted(large.state_dict().items())}
    assert size(large) == 11_689_512 and len(state) == 122
    assert state["layer2.0.downsample.0.weight"] == [128, 64, 1, 1]
    # Of torchvision's resnet18().state_dict(), which also gave equal logits when it was loaded.
    digest = hashlib.sha256(json.dumps(state).encode()).hexdigest()
    assert digest == "13213cce01e017ede89f706a9c90bb2c5b6cf98dfd19873152f48509b89c8331"
    assert large(numbers(1, 3, 64, 64)).shape == (1, 1000)
    twenty = ResNet(10, (3, 3, 3), 16, channels=3)
    layers = [one for name, one in twenty.named_modules() if isinstance(one, nn.Conv2d | nn.Linear)]
    assert size(twenty) == 272_474 and len(layers) == 20 + 2  # the two of 1 × 1 are not counted


@pytest.mark.curriculum(
    "V11",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/parts/residual_net.py",
    ),
)
def test_a_basic_block_adds_its_input_as_it_is_or_through_a_convolution() -> None:
    same, wider = BasicBlock(3, 3, 1).eval(), BasicBlock(3, 5, 2).eval()
    x = numbers(2, 3, 6, 6)
    for block, kept in ((same, x), (wider, wider.downsample(x))):  # type: ignore[misc]
        branch = block.bn2(block.conv2(block.bn1(block.conv1(x)).relu()))
        torch.testing.assert_close(block(x), (branch + kept).relu())
    assert same.downsample is None and wider(x).shape == (2, 5, 3, 3)


@pytest.mark.curriculum(
    "V11",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/parts/residual_net.py",
    ),
)
def test_a_residual_pair_is_its_input_and_two_convolutions_of_it() -> None:
    block, x = Residual(3).eval(), numbers(2, 3, 6, 6)
    branch = x
    for one in block.branch:
        convolution, norm, _ = one
        branch = F.conv2d(branch, convolution.weight, padding=1)
        branch = (branch - norm.running_mean.view(1, -1, 1, 1)) * (
            norm.weight / torch.sqrt(norm.running_var + norm.eps)
        ).view(1, -1, 1, 1) + norm.bias.view(1, -1, 1, 1)
        branch = branch.relu()
    torch.testing.assert_close(block(x), x + branch)


@pytest.mark.curriculum(
    "V11",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/parts/residual_net.py",
    ),
)
def test_skips_bring_gradients_to_the_first_of_many_layers_that_lose_them_without() -> None:
    torch.manual_seed(0)
    blocks = [Residual(4, batch_norm=False) for _ in range(12)]

    def reaching(skip: bool) -> float:
        x = numbers(2, 4, 6, 6).requires_grad_()
        seen = x
        for block in blocks:
            seen = block(seen) if skip else block.branch(seen)
        (grad,) = torch.autograd.grad(seen.sum(), x)
        return float(grad.abs().mean())

    assert reaching(skip=True) > 0.5
    assert reaching(skip=False) < 1e-6


@pytest.mark.curriculum(
    "V11",
    of=(
        "src/penstock/models/images/parts/nets.py",
        "src/penstock/models/images/parts/residual_net.py",
    ),
)
def test_the_residual_net_has_nine_layers_of_weights_and_names_its_stages() -> None:
    net = ResNet9(10, (16, 32, 32, 64), True)
    layers = [one for one in net.modules() if isinstance(one, nn.Conv2d | nn.Linear)]
    assert len(layers) == 9
    x = numbers(2, 1, 28, 28)
    shapes = []
    for name in net.shown:
        x = net.get_submodule(name)(x)
        shapes.append(tuple(x.shape[1:]))
    assert shapes == [(16, 28, 28), (32, 14, 14), (32, 7, 7), (64, 3, 3)]


@pytest.mark.curriculum("V03", of="src/penstock/models/images/parts/net_classifier.py")
@pytest.mark.parametrize("name", ["numpy_lenet", "torch_lenet", "cnn", "resnet", "residual"])
def test_feature_maps_are_what_a_forward_hook_sees(name: str, tmp_path: Path) -> None:
    one, images = fitted(name, tmp_path, epochs=1), digits()[0][:2]
    maps = one.feature_maps(images)
    if name == "numpy_lenet":  # its twin in torch, with the same weights, is what can be hooked
        twin = model("torch_lenet").begin(10, 0)
        twin.load_weights(one.lesson.weights())
        net = twin.net.eval()
    else:
        net = one.lesson.net.eval()
    seen: dict[str, np.ndarray] = {}
    for layer in maps:
        net.get_submodule(layer).register_forward_hook(
            lambda module, given, result, layer=layer: seen.__setitem__(
                layer, result.detach().numpy()
            )
        )
    with torch.no_grad():
        net(torch.from_numpy(images.astype(np.float32) / 255))
    assert len(maps) >= 2 and list(maps) == list(seen)
    for layer, activations in maps.items():
        assert activations.dtype == np.float32 and activations.shape[0] == 2
        np.testing.assert_allclose(activations, seen[layer], atol=1e-4)


@pytest.mark.curriculum("V04", of="src/penstock/models/images/parts/net_classifier.py")
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("numpy_mlp", (32, 28, 28)),
        ("torch_mlp", (32, 28, 28)),
        ("numpy_lenet", (6, 5, 5)),
        ("cnn", (4, 3, 3)),
        ("resnet", (4, 3, 3)),
        ("logistic", (10, 28, 28)),
    ],
)
def test_filters_are_the_learnt_weights_of_the_first_layer(
    name: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    one = fitted(name, tmp_path)
    ((layer, pictures),) = one.filters().items()
    assert pictures.shape == shape and pictures.dtype == np.float32
    kept = one.kept["weight"] if name == "logistic" else one.lesson.weights()[f"{layer}.weight"]
    assert (pictures.reshape(-1) == kept.reshape(-1)).all()
    if name != "logistic":
        fresh = model(name).begin(10, 3).weights()[f"{layer}.weight"]
        assert np.abs(kept - fresh).max() > 1e-3


@pytest.mark.curriculum("V04", of="src/penstock/models/images/parts/net_classifier.py")
def test_a_template_of_logistic_regression_looks_like_its_digit(tmp_path: Path) -> None:
    images, target = digits()
    templates = fitted("logistic", tmp_path).filters()["weight"]
    mean = images[:400, 0].mean(axis=0)
    for label in range(10):
        typical = images[:400, 0][target[:400] == label].mean(axis=0) - mean
        alike = [np.corrcoef(typical.ravel(), one.ravel())[0, 1] for one in templates]
        assert int(np.argmax(alike)) == label


def test_scores_over_five_views_are_the_mean_of_those_of_shifted_images(tmp_path: Path) -> None:
    one = fitted("torch_mlp", tmp_path, views=5)
    images = digits()[0][:30]
    blank = np.zeros((30, 1, 1, 28), np.uint8)
    up = np.concatenate([images[:, :, 1:], blank], axis=2)
    down = np.concatenate([blank, images[:, :, :-1]], axis=2)
    left = np.concatenate([images[..., 1:], blank.swapaxes(2, 3)], axis=3)
    right = np.concatenate([blank.swapaxes(2, 3), images[..., :-1]], axis=3)
    single = model("torch_mlp")
    single.classes, single.lesson = one.classes, one.lesson
    expected = np.mean([single.score(x) for x in (images, up, down, left, right)], axis=0)
    np.testing.assert_allclose(one.score(images), expected, atol=1e-7)
