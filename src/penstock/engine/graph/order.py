"""dvc.lock in the order in which `dvc repro` leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from penstock.core.documents import read_yaml
from penstock.engine.graph.repository import LOCK, modify_whole, open_repository
from penstock.engine.stages import Graph


def order_lock(root: Path, graph: Graph, before: Iterable[str]) -> bool:
    """Put the stages of dvc.lock in the order that `dvc repro` would have left them in.

    DVC appends a stage when it finishes, so a parallel run leaves another order at each run.
    Stages that were listed `before` the run keep their places; new ones follow in graph order.

    Returns:
        Whether the file had to be written.
    """
    path = root / LOCK
    if not path.is_file():
        return False
    listed = list(read_yaml(path)["stages"])
    wanted = [*before, *graph.stages, *listed]
    if [address for address in dict.fromkeys(wanted) if address in listed] == listed:
        return False

    with open_repository(root) as repo, repo.lock, modify_whole(str(path)) as data:
        stages = data["stages"]
        places = [address for address in dict.fromkeys(wanted) if address in stages]
        data["stages"] = {address: stages[address] for address in places}
    return True
