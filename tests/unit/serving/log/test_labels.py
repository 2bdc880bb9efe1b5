"""Posted labels: on disk when taken, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.serving.log.errors import LabelsUnwritten, NotALog
from penstock.serving.log.labels import Label, LabelFiles, open_labels


def test_labels_come_back_in_their_order(tmp_path: Path) -> None:
    labels = open_labels(tmp_path)
    first, second = Label("7", 1.0, 5), Label("ü 8", 0.0, 6)
    assert labels.write("river", [first, second]) == 2
    assert labels.write("river", [Label("7", 0.0, 9)]) == 1
    assert list(labels.read("river")) == [first, second, Label("7", 0.0, 9)]
    assert list(labels.read("other")) == []


@pytest.mark.parametrize("torn", [b'{"id":"9","lab', b"", b'{"id":"9"' * 900])
def test_what_a_kill_left_half_written_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    labels, first, second = LabelFiles(tmp_path), Label("1", 1.0, 1), Label("2", 1.0, 1)
    labels.write("river", [first])
    [path] = tmp_path.rglob("*.jsonl")
    with path.open("ab") as file:
        file.write(torn)
    assert list(labels.read("river")) == [first]
    labels.write("river", [second])
    assert list(labels.read("river")) == [first, second]


def test_labels_that_can_not_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "river").write_text("a file stands where the folder should be")
    with pytest.raises(LabelsUnwritten, match=r"were not taken.*\n  fix: "):
        LabelFiles(tmp_path).write("river", [Label("1", 1.0, 1)])


def test_a_log_that_can_not_be_is_refused_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_LOG", "mysql://me:secret@host/log")
    with pytest.raises(NotALog, match=r"mysql://….*postgresql://") as told:
        open_labels(tmp_path)
    assert "secret" not in str(told.value)
    monkeypatch.setenv("PENSTOCK_LOG", "postgresql://me:secret@host:port/log?no=such")
    with pytest.raises(NotALog, match="no URL of PostgreSQL") as told:
        open_labels(tmp_path)
    assert "secret" not in str(told.value)
