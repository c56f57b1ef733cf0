"""``python -m tests.year weeks --seed 7``: play the twelve weeks, or the year, and compare or write the diaries."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from tests.year.judging import differs, judge
from tests.year.played import WEEKS, YEAR, lived, write, written


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("span", choices=("weeks", "year"))
    parser.add_argument("--seed", type=int, default=0, help="of the deaths; 0 knows none")
    parser.add_argument("--update", action="store_true", help="write the diaries, to be read in review")
    asked = parser.parse_args()
    span, began = {"weeks": WEEKS, "year": YEAR}[asked.span], time.monotonic()
    played = asyncio.run(lived(span, asked.seed))
    if asked.update:
        write(span, played)
    judge(played.days, played.sent)
    told = differs(written(span), played.diaries)
    print(
        f"{span.name}, seed {asked.seed}: {played.deaths} deaths, {time.monotonic() - began:.0f} s",
        told,
        sep="\n",
    )
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
