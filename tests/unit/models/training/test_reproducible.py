import pytest
import torch

from penstock.models.training.reproducible import reproducible


def test_torch_is_left_as_it_was_after_a_training_that_fails_too() -> None:
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    state = torch.get_rng_state()

    with reproducible(5):
        torch.randn(3)
    with pytest.raises(KeyboardInterrupt), reproducible(5):
        raise KeyboardInterrupt

    assert before == (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled())
    assert torch.equal(state, torch.get_rng_state())


def test_the_same_seed_draws_the_same_on_one_thread_by_deterministic_kernels() -> None:
    drawn = []
    for seed in (5, 5, 6):
        with reproducible(seed):
            assert torch.get_num_threads() == 1
            assert torch.are_deterministic_algorithms_enabled()
            drawn.append(torch.randn(3).tolist())

    assert drawn[0] == drawn[1] != drawn[2]
