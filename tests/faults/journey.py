"""Journey: from the hello to the renewal, act by act, with the moment before each of them kept."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.test_kills import HELLO, LOOKING_BACK, MEETING
from tests.e2e.test_story import APPLY, ME, TERMS, WORKS
from tests.faults.acts import Act, dm, fill, follow, heard, hour_of, noon_after, press, reads, say, tap
from tests.faults.lifetimes import Town


def _line(words: str, answer: str) -> Act:
    return tap(words[1:-1], answer) if words.startswith("[") else say(words, answer)


TALK = (follow("使いみち"), *(_line(words, answer) for words, answer in HELLO))
PI = {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)}
KO = {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "ふだんはこのトーク、急ぎは電話"}
MF = {"mf.MF1": "美咲さんの写真", "mf.MF2": "決めるのが遅いことがある"}
MF2 = {"mf2.MF3": "早く試すこと", "mf2.MF4": "続けたいです"}


def hears(words: str) -> Callable[[Town], bool]:
    return lambda town: heard(town, words)


def talent_reads(words: str) -> Callable[[Town], bool]:
    return lambda town: reads(town, dm(town, "高橋"), words)


DECIDED = {"decided.OWNER": "写真を1枚とる", "decided.TALENT": "説明文を1本書く", "decided.NUMBER": "12"}

JOURNEY = (
    *TALK,
    press("佐藤", "staff", "公開する", hears("募集を始めました")),
    fill("高橋", "postings", "関心あり", talent_reads("応募しました"), ME, WORKS, TERMS, APPLY),
    noon_after(11, "[会ってみたい]"),
    *(_line(words, answer) for words, answer in MEETING),
    fill("高橋", "", "会う前の5つの質問", hears("高橋の答え1"), PI),
    press("高橋", "", "10:00…", hears("お会いする日が決まりました")),
    hour_of("interview_over", "とのお話は、いかがでしたか"),
    tap("進めたい", "お相手のお返事"),
    press("高橋", "", "進めたい", hears("も「進めたい」")),
    fill("高橋", "", "フォームを開く", hears("最初に決める6つ"), KO),
    tap("これでよい", "始まりました"),
    tap("続ける", "募集"),
    noon_after(7, "打ち合わせです"),
    fill("高橋", "", "決まったこと", talent_reads("決まりですね"), DECIDED),
    say("今週やること", "これでよろしいですか"),
    tap("これでよい", "これで進めます"),
    hour_of("feedback", "もうすぐ3か月です"),
    *(_line(words, answer) for words, answer in LOOKING_BACK),
    fill("高橋", "", "ふりかえり 1/2", hears("決めるのが遅い"), MF, MF2),
    tap("同じ条件で続ける", "お相手のお返事"),
    press("高橋", "", "同じ条件で続ける", hears("このまま続きます")),
)
