"""Quarters: how five pairs look back, go on, disagree and end in a year. Nobody is steered but by what he reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.year.days import OWNER, TALENT, Act, Pair
from tests.year.screens import Seen

SAME, CHANGE = "同じ条件で続ける", "条件を変えて続ける"
TAKE, KEEP = "お相手の条件でよい", "自分の希望のままがよい"


@dataclass(frozen=True)
class Wish:
    """What one side says when they look back, wishes the first time, and answers to the other's wish."""

    answers: tuple[str, str, str, str]
    terms: tuple[str, str] = ("", "")  # hours and yen of a month; empty: as it is
    reply: str = KEEP


@dataclass(frozen=True)
class Future:
    """Both sides of a pair; who says nothing has no wish. ``ends_after``: so many notices until the owner ends it."""

    owner: Wish | None
    talent: Wish | None
    ends_after: int = 0
    why: str = ""


CONTENT = ("毎週、決まった時間に話せたこと", "とくにありません", "約束を守ること", "続けたい。いまのままで")
BUSY = ("早く動いてくれること", "返事が遅い日がある", "待たせないこと", "続けたい。もう少しやり方を変えたい")
FUTURES = {
    "1_careful": Future(Wish(CONTENT), Wish(CONTENT)),
    "2_forgetful_owner": Future(None, Wish(CONTENT), 30, "やりたいことができた"),
    "3_silent_talent": Future(Wish(BUSY), None, 16, "思っていたのと違った"),
    "4_meetings_that_move": Future(Wish(BUSY, ("10", "50000")), Wish(CONTENT)),
    "5_days_off": Future(Wish(CONTENT, ("30", "90000")), Wish(BUSY, reply=TAKE)),
}
ASKED = (
    "嬉しかったことは何ですか？",
    "改善したいことは何ですか。",
    "大切にしていることは何ですか。",
    "条件（時給・稼働時間）は何ですか？",
)


def all_year(habit: Callable[[Pair, str, Seen], list[Act]]) -> Callable[[Pair, str, Seen], list[Act]]:
    """Let a pair look back and decide as it means to; week by week it lives as it does."""

    def lives(pair: Pair, who: str, seen: Seen) -> list[Act]:
        return [
            *(looks_back(pair, who, seen) or ends(pair, who, seen) or habit(pair, who, seen)),
            *is_enough(pair, who, seen),
        ]

    return lives


def looks_back(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """Answer the four questions, say what one wishes, and answer the other's wish."""
    future = FUTURES[pair.name]
    wish = future.owner if who == OWNER else future.talent
    if wish is None:
        return []
    for question, answer in zip(ASKED, wish.answers, strict=True):
        if who == OWNER and seen.text.rstrip().endswith(question):
            return [(OWNER, answer)]
    if seen.has("ふりかえり 1/2"):
        pages = (
            "&".join(f"mf.MF{n}={wish.answers[n - 1]}" for n in (1, 2)),
            "&".join(f"mf2.MF{n}={wish.answers[n - 1]}" for n in (3, 4)),
        )
        return [(TALENT, "[ふりかえり 1/2]"), *((TALENT, page) for page in pages)]
    if seen.has(SAME):
        return wishes(pair, who, wish)
    if seen.has(TAKE):
        return [(who, f"[{wish.reply}]")]
    return confirms(who, seen)


def wishes(pair: Pair, who: str, wish: Wish) -> list[Act]:
    """Wish something else the first time; later it is good as it is."""
    hours, pay = wish.terms
    if not hours or pair.nth(f"wish of {who}") > 1:
        return [(who, f"[{SAME}]")]
    told = [hours, f"{pay}円"] if who == OWNER else [f"terms.HOURS={hours}&terms.PAY={pay}"]
    return [(who, f"[{CHANGE}]"), *((who, words) for words in told)]


def confirms(who: str, seen: Seen) -> list[Act]:
    """Say what came of the work, and that others may read of it without a name."""
    for label in ("はい", "名前なしならよい", "入れてよい", "先に見せる"):
        if seen.has(label):
            return [(who, f"[{label}]")]
    return (
        [(OWNER, "毎週見るので、あわてなくなった")]
        if who == OWNER and "何が変わりましたか" in seen.text
        else []
    )


def is_enough(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """After so many notices the owner ends it."""
    future = FUTURES[pair.name]
    if who != OWNER or not future.ends_after or "との打ち合わせです" not in seen.text:
        return []
    return [(OWNER, "@60 終わりにしたい")] if pair.nth("weeks") == future.ends_after else []


def ends(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """End it in good order; a silent talent says nothing even now."""
    if who == OWNER:
        for label in ("終わりにする", FUTURES[pair.name].why, "お相手に伝える", "すみました"):
            if seen.has(label):
                return [(OWNER, f"[{label}]")]
        if seen.has("もっと早く"):
            return [(OWNER, f"[{seen.labels[0]}]")]
        if "お礼のひとことを添えませんか" in seen.text:
            return [(OWNER, "おかげさまで、ずいぶん楽になりました。ありがとうございました。")]
        return (
            [(OWNER, "目標に届いたので、ここでひと区切りにします。")]
            if "何とお伝えしますか" in seen.text
            else []
        )
    if FUTURES[pair.name].talent is None:
        return []
    if seen.has("わけを聞く"):
        return [(TALENT, "[わけを聞く]")]
    if seen.has("引き継ぎのメモ"):
        return [
            (TALENT, "[引き継ぎのメモ]"),
            (TALENT, "wrap.WHAT=毎週の一覧の作り方&wrap.WHERE=共有の棚の「手順」"),
        ]
    if seen.has("お礼のひとこと"):
        return [(TALENT, "[お礼のひとこと]"), (TALENT, "bye.WORDS=いっしょに進められて、楽しかったです。")]
    return [(TALENT, "[すみました]")] if seen.has("すみました") else []
