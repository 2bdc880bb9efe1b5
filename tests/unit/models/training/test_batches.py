import torch

from penstock.models.training.batches import Batches, shuffled

ROWS, TARGET = torch.arange(20.0).reshape(10, 2), torch.arange(10.0)


def test_every_row_comes_once_with_its_label_and_the_last_batch_may_be_short() -> None:
    batches = Batches(ROWS, TARGET, 4, lambda: shuffled(10, 3, 0))

    seen = list(batches)

    assert len(batches) == len(seen) == 3
    assert [len(target) for _, target in seen] == [4, 4, 2]
    target = torch.cat([target for _, target in seen])
    assert sorted(target.tolist()) == TARGET.tolist()
    assert torch.equal(torch.cat([rows for rows, _ in seen]), ROWS[target.long()])


def test_without_an_order_rows_come_as_they_lie() -> None:
    assert torch.equal(torch.cat([rows for rows, _ in Batches(ROWS, TARGET, 3)]), ROWS)


def test_the_order_is_asked_for_when_a_pass_begins() -> None:
    asked: list[int] = []

    def order() -> torch.Tensor:
        asked.append(len(asked))
        return shuffled(10, 3, len(asked))

    passes = iter(Batches(ROWS, TARGET, 4, order))

    assert asked == []
    next(passes)
    assert asked == [0]


def test_an_epoch_of_a_seed_has_one_order_and_another_epoch_another() -> None:
    assert torch.equal(shuffled(100, 3, 5), shuffled(100, 3, 5))
    assert not torch.equal(shuffled(100, 3, 5), shuffled(100, 3, 6))
    assert not torch.equal(shuffled(100, 3, 5), shuffled(100, 4, 5))
