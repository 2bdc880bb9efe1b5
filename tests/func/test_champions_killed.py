"""kill -9 wherever a promotion or a rollback touches the store: the old champion or the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace import ROOT, run


@pytest.mark.parametrize(("work", "fewest"), [("first", 20), ("second", 20), ("rollback", 10)])
def test_a_kill_at_any_point_leaves_a_champion_and_the_work_can_be_done_again(
    work: str, fewest: int, tmp_path: Path
) -> None:
    done = run(ROOT, "python", "-m", "tests.kill_points", work, str(tmp_path / "stores"))
    assert int(done.stdout) >= fewest
