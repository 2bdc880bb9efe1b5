"""A recurrent net over the latest rows of an entity, with attention over its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from penstock.models.classification.parts.sequence import RecurrentSettings, SequenceClassifier

if TYPE_CHECKING:
    from penstock.models.classification.parts.sequence_net import Reader


class AttentionLSTMClassifier(SequenceClassifier):
    """The row asks the states after earlier rows what in them matters to it."""

    Settings = RecurrentSettings

    def reader(self, inputs: int) -> Reader:
        from penstock.models.classification.parts.sequence_readers import AttentiveReader

        return AttentiveReader(inputs, self.settings.size)


MODEL = AttentionLSTMClassifier
