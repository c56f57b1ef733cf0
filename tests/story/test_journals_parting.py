"""Journals of a parting: recorded once, replayed on every commit by tests/test_replay_is_pure.py."""

from __future__ import annotations

import os

import pytest

from tests.story.partings import goes_to, long_ago, working
from tests.test_replay_is_pure import Recorder


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_an_ending() -> None:
    """終わりにする with a sooner day, why, the memo and the thanks; a rest; and the staff's own day."""
    cast = long_ago(working())
    recorder = Recorder(cast.world.engine, cast.world.rules)

    def record(name: str) -> None:
        recorder.keep(name, cast.world.now)

    for line in ("終わりにしたい", "[しばらく休む]", "[1月31日(日)]", "[お相手に伝える]"):
        cast.owner.do(line)
        record("rests")
    for line in (
        "終わりにしたい",
        "[終わりにする]",
        "[お金の都合]",
        "[もっと早く]",
        "12月28日",
        "[お相手に伝える]",
    ):
        cast.owner.do(line)
        record("ends")
    cast.talent.press("わけを聞く")
    record("ends")
    cast.owner.do("売上が落ちて、続けられなくなりました")
    record("ends")
    goes_to(cast, "wrap_up")
    record("ends")
    cast.talent.fill(
        {"wrap.WHAT": "毎月の照合のやり方", "wrap.WHERE": "共有の棚"},
        cast.talent.press("引き継ぎのメモ").form,
    )
    record("ends")
    goes_to(cast, "returning")
    record("ends")
    cast.owner.do("助かりました")
    record("ends")
    cast.staff.press("終わりになった")
    record("on_a_day")
    cast.staff.fill({"end.WORDS": "またいつか"})
    record("on_a_day")
