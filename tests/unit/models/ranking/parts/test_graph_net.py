"""Vectors that are passed on over a graph."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse

from penstock.models.ranking.parts.graph_net import GraphNet, shared_out

HAD = np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])


def test_what_is_passed_on_is_shared_by_the_roots_of_both_counts() -> None:
    found = shared_out(sparse.csr_array(HAD)).toarray()
    assert np.allclose(found[0], [1 / np.sqrt(2), 0.5, 0, 0])
    assert not found[2].any() and not found[:, 3].any()


def test_vectors_are_means_over_the_layers_as_by_hand() -> None:
    torch.manual_seed(0)
    net = GraphNet(sparse.csr_array(HAD), 3, 2)
    users, items = (part.detach().numpy() for part in (net.users, net.items))
    passing = shared_out(sparse.csr_array(HAD)).toarray()
    first = passing @ items, passing.T @ users
    second = passing @ first[1], passing.T @ first[0]
    found = [part.detach().numpy() for part in net()]
    np.testing.assert_allclose(found[0], (users + first[0] + second[0]) / 3, rtol=1e-5)
    np.testing.assert_allclose(found[1], (items + first[1] + second[1]) / 3, rtol=1e-5)


def test_gradients_reach_vectors_two_steps_away() -> None:
    torch.manual_seed(0)
    net = GraphNet(sparse.csr_array(HAD), 3, 2)
    net()[0][0].sum().backward()
    assert net.users.grad is not None and net.items.grad is not None
    assert (net.users.grad.abs().sum(dim=1) > 0).tolist() == [True, True, False]
    assert (net.items.grad.abs().sum(dim=1) > 0).tolist() == [True, True, False, False]
