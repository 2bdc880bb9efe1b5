"""A recurrent net over the latest rows of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from penstock.models.classification.parts.sequence import RecurrentSettings, SequenceClassifier

if TYPE_CHECKING:
    from penstock.models.classification.parts.sequence_net import Reader


class LSTMClassifier(SequenceClassifier):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), read after the row itself."""

    Settings = RecurrentSettings

    def reader(self, inputs: int) -> Reader:
        from penstock.models.classification.parts.sequence_readers import RecurrentReader

        return RecurrentReader(inputs, self.settings.size)


MODEL = LSTMClassifier
