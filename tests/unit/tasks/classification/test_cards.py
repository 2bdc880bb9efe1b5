"""Card precision@k by hand, and under weights against cards that really stand there twice."""

import numpy as np

from penstock.tasks.classification.cards import CardDays


def test_a_card_that_was_found_leaves_the_later_days():
    day = np.array([0, 0, 0, 1, 1, 1])
    card = np.array([0, 1, 2, 0, 1, 2])
    label = np.array([1, 0, 0, 1, 0, 1])
    score = np.array([0.9, 0.8, 0.1, 0.9, 0.8, 0.7])
    days = CardDays(day, card, label, score, cards=3)
    assert days.precision(1)[:, 0].tolist() == [1.0, 0.0]
    assert days.precision(2)[:, 0].tolist() == [0.5, 0.5]


def test_a_cards_score_is_the_highest_of_its_day_and_any_fraud_counts():
    day = np.zeros(3, dtype=int)
    card = np.array([0, 0, 1])
    label = np.array([1, 0, 0])
    score = np.array([0.1, 0.9, 0.5])
    assert CardDays(day, card, label, score, cards=2).precision(1)[0, 0] == 1.0


def test_fewer_cards_than_checks_still_divide_by_the_checks():
    days = CardDays(np.zeros(1), np.zeros(1, dtype=int), np.ones(1), np.ones(1), cards=1)
    assert days.precision(4)[0, 0] == 0.25


def test_a_weight_of_two_is_the_card_standing_there_twice():
    random = np.random.default_rng(1)
    rows, cards, k = 400, 40, 9
    day, card = random.integers(0, 3, rows), random.integers(0, cards, rows)
    label, score = random.integers(0, 2, rows), random.random(rows)
    weight = random.integers(0, 3, cards)
    weighted = CardDays(day, card, label, score, cards).precision(k, weight[:, None].astype(float))

    copies = [(c, copy) for c in range(cards) for copy in range(weight[c])]
    taken = [np.flatnonzero(card == c) for c, _ in copies]
    where = np.concatenate(taken)
    code = np.repeat(np.arange(len(copies)), [len(one) for one in taken])
    repeated = CardDays(day[where], code, label[where], score[where], len(copies))
    # A copy is found or missed by itself, so compare where no card is cut in two by the k-th check.
    assert abs(weighted[0, 0] - repeated.precision(k)[0, 0]) < 1e-12


def test_cards_that_were_not_drawn_are_passed_over_however_many_come_first():
    rows, k = 3000, 5
    card, score = np.arange(rows), -np.arange(rows, dtype=float)
    label = (np.arange(rows) % 2 == 0).astype(int)
    weight = np.ones((rows, 2))
    weight[:1000, 0] = 0  # the 1000 highest of the first resample
    weight[:, 1] = 0  # and in the second nobody is left at all
    days = CardDays(np.zeros(rows), card, label, score, rows)
    assert days.precision(k, weight).tolist() == [[3 / 5, 0.0]]
