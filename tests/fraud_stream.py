"""A simulated world told event by event, its labels as they become known."""

from __future__ import annotations

import numpy as np

from penstock.features.clock import DAY
from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.projects.fraud.simulator import SimulatorSettings, simulate

COLUMNS = ("transaction_id", "time", "customer", "terminal", "amount", "label")


def differing(world: SimulatorSettings) -> tuple[int, dict[str, int]]:
    """Rows of the world, and by feature how many of them a stream tells otherwise than a batch.

    A label is learnt at the first event that is `label_delay_days` after its row. Features are
    compared by their bits.
    """
    settings = FeatureSettings()
    inputs, delay = build(settings), settings.label_delay_days * DAY
    table = simulate(world)
    expected = inputs.batch(table)
    columns = [table[name].to_numpy() for name in COLUMNS]
    columns[1] = columns[1].astype("datetime64[us]").astype(np.int64)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    stream, told = inputs.stream(), 0
    made = np.empty((len(rows), len(inputs.names)))
    for place, row in enumerate(rows):
        event = dict(zip(COLUMNS, row, strict=True))
        while rows[told][1] + delay <= event["time"]:
            old = dict(zip(COLUMNS, rows[told], strict=True))
            stream.learn(old | {"known_at": old["time"] + delay})
            told += 1
        made[place] = stream.update(event)
    wrong = {
        name: int((made[:, place].view(np.int64) != column.view(np.int64)).sum())
        for place, name in enumerate(inputs.names)
        for column in [expected[name].to_numpy(np.float64)]
    }
    return len(rows), {name: count for name, count in wrong.items() if count}
