"""What the ranking task and its models speak of.

A model of the task lies in `models/ranking/M.py` and offers, beside what every `Candidate` does,
`rank(view, k) -> Ranking`, and `predict(view)` where it can tell values such as ratings. Views
hold these tables:

==============  ===============================================================================
`interactions`  interaction (number), user, item, time, value (float64 or NaN): in a view to fit,
                what is learnt from; in one to judge, what its users have had so far
`users`         user and what is known of them; in a view to judge, those to rank for
`items`         item, title, category, year: the catalogue; more than was ever taken
`asked`         only for `predict`: interaction, user, item of the pairs whose value is asked
==============  ===============================================================================

Nobody is shown what they have had. A user or item of a view that the model has never met is
left out, or served by a model that can. Ties go to the item that stands first in `items`. Most
models derive from `Ranker` in models/ranking/parts/ranker.py, which does all of this and keeps
what was learnt in safetensors; they write `learn` and `score`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from penstock.core.contracts import Array, Candidate, View


@dataclass(frozen=True)
class Ranking:
    """The best items of some users.

    Attributes:
        users: positions in the view's table `users`, ascending, shape (n,); others are not served.
        items: positions in its table `items`, best first, shape (n, k).
        scores: of these items, shape (n, k), float64; -inf where a user has no item left.
        mean, std: of the scores of all items that a user might be shown, shape (n,), so that
            candidates on different scales can be combined.
    """

    users: Array
    items: Array
    scores: Array
    mean: Array
    std: Array


class Ranks(Candidate, Protocol):
    """A candidate of the ranking task."""

    def rank(self, view: View, k: int) -> Ranking: ...


class Predicts(Ranks, Protocol):
    """One that can tell values too."""

    def predict(self, view: View) -> Array:
        """The value of each row of the table `asked`, shape (rows,), float64."""
