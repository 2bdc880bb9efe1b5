import torch

from penstock.models.training.dense import DenseNet, Standardise


def test_what_was_learnt_from_has_mean_0_and_deviation_1() -> None:
    rows = torch.randn(500, 3) * torch.tensor([1.0, 50.0, 0.01]) + torch.tensor([0.0, 900.0, 1.0])
    layer = Standardise(3)

    layer.learn(rows)

    assert torch.allclose(layer(rows).mean(dim=0), torch.zeros(3), atol=1e-4)
    assert torch.allclose(layer(rows).std(dim=0, correction=0), torch.ones(3), atol=1e-4)


def test_an_input_that_never_changes_becomes_0() -> None:
    layer = Standardise(1)
    layer.learn(torch.full((5, 1), 7.0))

    assert torch.equal(layer(torch.full((2, 1), 7.0)), torch.zeros(2, 1))


def test_mean_and_scale_are_kept_with_the_weights_and_logits_are_one_a_row() -> None:
    net = DenseNet(3, [5, 4], 0.1)

    assert {"standardise.mean", "standardise.scale"} < set(net.state_dict())
    assert net(torch.randn(7, 3)).shape == (7,)
    assert DenseNet(3, [], 0.0)(torch.randn(1, 3)).shape == (1,)
