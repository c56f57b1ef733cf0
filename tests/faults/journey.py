"""Journey: from the hello to the application, act by act, with the moment before each of them kept."""

from __future__ import annotations

from tests.e2e.test_kills import HELLO
from tests.e2e.test_story import APPLY, ME, TERMS
from tests.faults.acts import Act, dm, fill, follow, heard, press, reads, say, tap


def _line(words: str, answer: str) -> Act:
    return tap(words[1:-1], answer) if words.startswith("[") else say(words, answer)


TALK = (follow("使いみち"), *(_line(words, answer) for words, answer in HELLO))
JOURNEY = (
    *TALK,
    press("佐藤", "staff", "公開する", lambda town: heard(town, "募集を始めました")),
    fill(
        "高橋",
        "postings",
        "関心あり",
        lambda town: reads(town, dm(town, "高橋"), "応募しました"),
        ME,
        TERMS,
        APPLY,
    ),
)
