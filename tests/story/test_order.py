"""Order: however words, files, edits and deletions cross each other, each side reads the other's in order, once, as it stands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.rules.test_papers import PDF
from tests.story.stages import Cast
from tests.story.test_things import PHOTO, arrive, pair, sends, shares

ACTS = ("talent", "file", "edit", "delete", "owner", "photo", "unsend", "arrive", "look", "day")


TALKS = int(os.environ.get("TALKS", "4"))  # TALKS=100 looks for what nobody thought of


@dataclass
class Said:
    """Something the talent put into his thread."""

    ts: str
    words: str
    number: int
    is_file: bool = False
    versions: int = 1
    is_gone: bool = False
    was_read: bool = False  # when it was deleted


def read(cast: Cast) -> str:
    return "\n".join(text for text in cast.world.told(cast.owner.id) if text.startswith("高橋さんから："))


def act(cast: Cast, name: str, number: int, said: list[Said], sent: list[str]) -> None:
    """Let one of the two do something."""
    stamp, words = 1_800_000_000 + 10 * number, f"ことば{number:02}"
    live = [each for each in said if not each.is_gone]
    match name:
        case "talent":
            cast.talent.writes(words, ts=f"{stamp}.000100")
            said.append(Said(f"{stamp}.000100", words, number))
        case "file":
            shares(cast, f"f{number:02}.pdf", ts=f"{stamp}.000100")
            said.append(Said(f"{stamp}.000100", f"f{number:02}.pdf", number, is_file=True))
        case "edit" if written := [each for each in live if not each.is_file]:
            each = written[number % len(written)]
            each.versions += 1
            each.words = f"ことば{each.number:02}の{each.versions}"
            cast.talent.changes(each.ts, each.words, at=f"{stamp}.000200")
        case "delete" if live:
            each = live[number % len(live)]
            each.is_gone, each.was_read = True, f"{each.number:02}" in read(cast)
            cast.talent.changes(each.ts, at=f"{stamp}.000200")
        case "owner":
            cast.owner.play("[お相手に伝える]", words)
            sent.append(f"「{words}」")
        case "photo":
            cast.owner.do("[お相手に伝える]")
            sends(cast)
            cast.owner.do("[これで終わり]")
            sent.append("写真です。")
        case "unsend" if mine := [each for each in sent if each.startswith("「")]:
            cast.owner.unsends(mine[-1][1:-1])
            sent.remove(mine[-1])
        case "arrive":
            arrive_all(cast)
        case "look":
            cast.owner.do("今の状況")
        case "day":
            cast.world.move(cast.world.now + timedelta(days=1))


def arrive_all(cast: Cast) -> None:
    """Let the worker bring what is wanted: photos of the one, papers of the other."""
    arrive(cast, {"line": PHOTO, "slack": PDF})


@settings(max_examples=TALKS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=14))
@example(acts=["talent", "file", "talent", "look", "edit", "arrive", "look", "delete", "look"])
@example(acts=["photo", "owner", "unsend", "owner", "arrive", "photo", "arrive", "owner"])
@example(acts=["file", "delete", "talent", "arrive", "look", "edit", "edit", "look", "delete", "day", "look"])
def test_any_interleaving_is_read_in_order_and_once(acts: list[str]) -> None:
    """Words, files, edits, deletions and unsends of both sides, with the fetching at any time between."""
    cast, said, sent = pair(), list[Said](), list[str]()
    for number, name in enumerate(acts):
        act(cast, name, number, said, sent)
    arrive_all(cast)
    cast.world.move(cast.world.now + timedelta(days=1))
    for _ in range(8):
        cast.owner.do("今の状況")
    lines = read(cast)
    for each in said:
        if each.is_gone and not each.was_read:
            assert f"{each.number:02}" not in lines
        elif not each.is_gone:
            shown = f"ファイルです。{each.words}" if each.is_file else f"「{each.words}」"
            assert lines.count(shown) == 1, shown
    first = [
        f"f{each.number:02}" if each.is_file else f"ことば{each.number:02}"
        for each in said
        if not each.is_gone
    ]
    assert [lines.find(word) for word in first] == sorted(lines.find(word) for word in first)
    thread = "\n".join(text for text in cast.world.told(cast.talent.id) if "社長から：" in text)
    places = [-1]
    for words in sent:
        places.append(thread.find(words, places[-1] + 1))
    assert -1 not in places[1:]
    assert places == sorted(places)
