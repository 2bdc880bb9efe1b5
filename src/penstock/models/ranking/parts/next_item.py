"""A net that tells the next item of a history, from full cross-entropy over all items."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker
from penstock.models.ranking.parts.together import frequencies, vectors
from penstock.models.ranking.parts.windows import ends

if TYPE_CHECKING:
    from penstock.models.ranking.parts.sequence_net import SequenceNet

READ_AT_ONCE = 256  # histories; bounds the memory that attention takes


class NextItemSettings(settings.Settings):
    """What `params` of any such candidate may say."""

    size: int = Field(64, ge=1, le=4096, description="length of an item's vector")
    length: int = Field(50, ge=1, le=10_000, description="items of a history that are read")
    dropout: float = Field(0.3, ge=0, lt=1, description="share of a layer left out a step")
    epochs: int = Field(20, ge=1, le=10_000, description="passes over the histories")
    batch_size: int = Field(32, ge=1, description="pieces of `length` items in a step")
    learning_rate: float = Field(4e-3, gt=0, description="of AdamW at its highest")
    weight_decay: float = Field(0.0, ge=0, description="of AdamW")
    shuffle_ties: bool = Field(
        False,
        description=(
            "draw the order of items of one moment anew each epoch, so that nothing is learnt of "
            "the order of the catalogue that they stand in otherwise"
        ),
    )


class NextItem(Ranker):
    """It keeps the weights of `net`; trained on the accelerator if there is one, else the CPU.

    Items start at vectors of what they are had with, their biases at how often they are had.
    """

    Settings: ClassVar[type[settings.Settings]] = NextItemSettings

    @abstractmethod
    def net(self, items: int) -> SequenceNet:
        """With weights drawn by torch."""

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        from penstock.models.ranking.parts.loop import Pace, fingerprint, teach
        from penstock.models.ranking.parts.next_item_lesson import NextItemLesson
        from penstock.models.training.reproducible import reproducible

        asked = self.settings
        pace = Pace(asked.epochs, asked.learning_rate, asked.weight_decay)
        mark = fingerprint(asked, context, histories.start, histories.item, histories.time)
        with reproducible(context.seed):
            net = self.net(histories.items)
            net.start_from(vectors(histories, asked.size), frequencies(histories))
            lesson = NextItemLesson(
                net,
                histories,
                asked.length,
                asked.batch_size,
                asked.shuffle_ties,
                context,
            )
            return teach(lesson, pace, context, mark)

    def score(self, asked: Asked) -> Array:
        import torch

        from penstock.models.training.one_thread import one_thread

        last = ends(asked.histories, self.settings.length)
        found = np.empty((len(last), asked.histories.items), dtype=np.float32)
        with one_thread(), torch.inference_mode():
            net = self.net(asked.histories.items)
            net.load_state_dict({name: torch.tensor(value) for name, value in self.kept.items()})
            net.eval()
            for first in range(0, len(last), READ_AT_ONCE):
                part = slice(first, first + READ_AT_ONCE)
                states = net(torch.from_numpy(last.item[part]), torch.from_numpy(last.time[part]))
                # Who has no history is read as nothing, and not served.
                at = torch.from_numpy(np.maximum(last.lengths[part] - 1, 0))
                found[part] = net.compare(states[torch.arange(len(at)), at]).numpy()
        return found
