"""What a kill tears off, or a disk turns, costs the frame that it hits."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from penstock.serving.log.frames import DECODER, ENCODER, read_frames, to_frame
from tests.predictions import make_predictions

FRAMES = [to_frame([one]) for one in make_predictions(3)]


def read(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return [one.event_id for part in read_frames(path) for one in part]


def test_frames_come_back_in_their_order(tmp_path: Path) -> None:
    assert read(tmp_path / "a", b"".join(FRAMES)) == ["0", "1", "2"]
    assert read(tmp_path / "a", b"") == []


@pytest.mark.parametrize("lost", [1, 5, len(FRAMES[2]) // 2, len(FRAMES[2]) - 1])
def test_a_torn_end_costs_the_end_alone(tmp_path: Path, lost: int) -> None:
    assert read(tmp_path / "a", b"".join(FRAMES)[:-lost]) == ["0", "1"]


@pytest.mark.parametrize("place", [0, 5, 9, 40, len(FRAMES[0]) - 1])
def test_a_turned_bit_costs_one_frame(tmp_path: Path, place: int) -> None:
    content = bytearray(b"".join(FRAMES))
    content[place] ^= 0x10
    assert read(tmp_path / "a", bytes(content)) == ["1", "2"]


def test_what_was_torn_off_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    content = FRAMES[0] + FRAMES[1][:70] + FRAMES[2]
    assert read(tmp_path / "a", content) == ["0", "2"]


def test_what_was_written_before_there_were_lists_can_be_read() -> None:
    [one] = make_predictions(1)
    *before, listed = msgspec.to_builtins(one, builtin_types=[bytes])
    assert listed == b"" and DECODER.decode(ENCODER.encode([before])) == [one]


def test_frames_without_what_is_wanted_are_passed_over(tmp_path: Path) -> None:
    all_of_them = make_predictions(3)
    (tmp_path / "a").write_bytes(b"".join(to_frame([one]) for one in all_of_them))
    assert list(read_frames(tmp_path / "a", all_of_them[1].id)) == [[all_of_them[1]]]
    assert list(read_frames(tmp_path / "a", "no such text")) == []
