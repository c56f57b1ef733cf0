"""What was learned from the corpus: how much each short run of letters speaks for each work and each road.

The file is written by ``scripts/train_coach.py`` and read here, with nothing but the standard library. Packed with
zlib: a line of JSON (labels, calibration, the digest of what it was learned from), the runs of letters one a line, an
empty line; then four arrays, little-endian: a weight of rarity for each run (uint16, hundredths), how many columns it
has (uint8), the columns (uint8), their values (int8, in steps of ``step``).
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from dataclasses import dataclass, field
from typing import Any

RARITY = 100  # rarity is kept in hundredths
LANE = 8  # bytes of one label in a wide row: no text is long enough for a sum of that size
MIDDLE = 128  # added to each value of a wide row, so that none is below nothing
MOST_WIDE = 4_096  # wide rows that are kept, some 900 bytes each


@dataclass(frozen=True)
class Weights:
    """Runs of letters by number; ``starts[n]`` to ``starts[n + 1]`` are the columns and values of run ``n``."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    step: float
    tuning: dict[str, Any]
    learned_from: str
    numbers: dict[str, int]
    rarity: array[int]
    starts: array[int]
    columns: bytes
    values: array[int]
    letters: int  # of the longest run
    unseen: float  # the rarity of a run that is not here
    _wide: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    def size(self) -> int:
        """Return how many single weights there are."""
        return len(self.columns)

    def wide(self, number: int) -> int:
        """Give the values of a run as one whole number, a lane for each label: such rows are weighed and added at once."""
        row = self._wide.get(number)
        if row is None:
            lanes = bytearray(bytes([MIDDLE, *bytes(LANE - 1)]) * len(self.labels))
            of_run = slice(self.starts[number], self.starts[number + 1])
            for column, value in zip(self.columns[of_run], self.values[of_run], strict=True):
                lanes[LANE * column] = MIDDLE + value
            if len(self._wide) >= MOST_WIDE:
                self._wide.clear()
            row = self._wide[number] = int.from_bytes(lanes, "little")
        return row

    def lanes(self, wide: int) -> list[int]:
        """Take a sum of wide rows apart: a number for each label."""
        found = array("Q", wide.to_bytes(LANE * len(self.labels), "little"))
        if sys.byteorder == "big":
            found.byteswap()
        return found.tolist()


def pack(header: dict[str, Any], rows: list[tuple[str, float, list[tuple[int, int]]]]) -> bytes:
    """Write the file: rows of (run, rarity, [(column, value), …]); the same rows give the same bytes."""
    runs = "".join(f"{run}\n" for run, _, _ in rows)
    rarity = array("H", (round(weight * RARITY) for _, weight, _ in rows))
    counts = bytes(len(cells) for _, _, cells in rows)
    columns = bytes(column for _, _, cells in rows for column, _ in cells)
    values = array("b", (value for _, _, cells in rows for _, value in cells))
    head = json.dumps(header, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = _little(rarity) + counts + columns + values.tobytes()
    return zlib.compress(f"{head}\n{runs}\n".encode() + body, 9)


def unpack(packed: bytes) -> Weights:
    data = zlib.decompress(packed)
    head, _, rest = data.partition(b"\n")
    text, _, body = rest.partition(b"\n\n")
    header = json.loads(head)
    runs = text.decode().split("\n")
    at = 2 * len(runs)
    rarity = array("H", body[:at])
    if sys.byteorder == "big":
        rarity.byteswap()
    starts, total = array("I", [0]), 0
    for count in body[at : at + len(runs)]:
        total += count
        starts.append(total)
    at += len(runs)
    return Weights(
        labels=tuple(header["labels"]),
        bias=tuple(header["bias"]),
        step=header["step"],
        tuning=header["tuning"],
        learned_from=header["learned_from"],
        letters=header["letters"],
        unseen=header["unseen"],
        numbers={run: number for number, run in enumerate(runs)},
        rarity=rarity,
        starts=starts,
        columns=body[at : at + total],
        values=array("b", body[at + total :]),
    )


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
