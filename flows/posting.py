"""Posting: from a vague wish to one small win that can be finished."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from itertools import count

from flows.cards import preview
from flows.facts import Draft, Owner
from flows.fixing import Part, fix
from flows.outcomes import NeedsPerson, SubmitDraft, TurnDown
from flows.questions import DONT_KNOW, Choice, Option, Pick, Text, Yen, yen
from flows.roads import after
from flows.rules.drafting import (
    PolishInput,
    code_of,
    hours_for,
    partner_name,
    partner_role,
    polish_by_rules,
    sound,
)
from flows.rules.sensitive import drop_sentences, sensitive
from flows.steering import Heard, steer
from flows.steps import Steps, ask, say, think
from flows.words import Word
from prompts.catalog import POLISH
from prompts.knowledge import JobCode, Win, job_codes

OUR_PAY = 80_000  # suggested when the owner cannot say; he sees it and can change it
LEAST_PAY, MOST_PAY = 10_000, 1_000_000


class Verdict(Enum):
    YES = "これでよい"
    FIX = "直す"


class Spare(Enum):
    KEEP = "このままでよい"
    DROP = "その文だけ外す"


KINDS = {
    "family": "ご家族のこと",
    "health": "お体のこと",
    "money_trouble": "お金の苦労のこと",
    "named_person": "ほかの方のお名前",
}
OWN_WORDS, EXAMPLE = "自分のことばで", "似た会社の例"


def posting(owner: Owner) -> Steps[SubmitDraft | TurnDown | NeedsPerson]:
    """Lead an owner from a vague wish to one posting small enough to finish, in eight answers."""
    wish = yield from ask("wish", wish_question(owner))
    heard = yield from steer(wish, owner.house)
    if not isinstance(heard, Heard):
        return heard

    code = yield from narrow(heard)
    goal, win = yield from choose_goal(code)
    now = yield from ask(
        "now", Choice(code.measure.ask, choices=(*code.measure.options, DONT_KNOW), or_words=True)
    )
    if now == DONT_KNOW:
        yield from say("大丈夫です。最初の1週間で、お相手が調べます。")

    partner = yield from ask(
        "partner",
        Text(
            "あと4つです。会社の中で、一緒に進めるのはどなたですか？",
            again="お名前かお役目だけで大丈夫です。",
            most=200,
        ),
    )
    if name := partner_name(partner):
        yield from say(f"{name}さんですね。")

    pay = yield from ask(
        "pay",
        Yen(
            "お相手へのお支払いは、月いくらくらいまで考えられますか？",
            examples=(50_000, 80_000, 110_000),
            or_unknown=True,
            least=LEAST_PAY,
            most=MOST_PAY,
        ),
    )
    fee = owner.house.fee_yen
    if pay is None:
        yield from say("大丈夫です。ひとまず月8万円までで下書きします。あとで直せます。")
    pay_yen = pay or OUR_PAY
    yield from say(
        f"お相手に月{yen(pay_yen)}まで、手数料が月{yen(fee)}。合わせて月{yen(pay_yen + fee)}までですね。"
    )

    words = yield from ask(
        "own",
        Text(
            "ここがいちばん大事です。どんなお店で、どうなったらうれしいか、2〜3行で書いてください。"
            "うまく書こうとしなくて大丈夫です。",
            words=(Word.PERSON,),
            again="ひとことでも大丈夫です。",
        ),
    )
    shown = yield from spare(words, name)

    given = PolishInput(heard.wish, shown, goal, code.code, win.first_tasks)
    polished = sound(given, (yield from think("polish", POLISH, given, rules=polish_by_rules)))
    draft = Draft(
        title=polished.title,
        words=shown,
        goal=polished.goal,
        measure="最初の1週間で調べる" if now == DONT_KNOW else now,
        tasks=tuple(polished.first_tasks),
        partner=partner_role(partner),
        hours=hours_for(pay_yen, code),
        pay=pay_yen,
        code=code.code,
        changes=((goal, polished.goal),) if goal.rstrip("。") != polished.goal.rstrip("。") else (),
    )
    return (yield from approve(owner, draft, SubmitDraft(heard.wish, words, draft, partner, pay is None)))


def wish_question(owner: Owner) -> Text:
    """Ask for the wish; a sticker or an empty line is a hello, and gets three easy buttons."""
    if owner.after:
        says, asks = after(owner.after)
        return Text(f"{says}\n{asks}", least=0, nod="", words=(Word.PERSON,))
    thanks = "" if owner.is_again else "ありがとうございます。まず一つだけ。"
    return Text(f"{thanks}前から「やりたいな」と思っていたことは何ですか？", least=0, nod="")


def narrow(heard: Heard) -> Steps[JobCode]:
    """Ask where it is stuck; the answer may name a closer kind of work."""
    code = code_of([heard.code])
    quoted = f"「{heard.quote}」ですね。" if heard.quote else ""
    options = tuple(Option(option.label, option.label) for option in code.stuck.options)
    asked = Choice(f"{quoted}{code.stuck.ask}", choices=(*options, DONT_KNOW), or_words=True)
    stuck = yield from ask("stuck", asked, given=heard.code)
    closer = next(
        (option.code for option in code.stuck.options if option.label == stuck and option.code), code.code
    )
    return job_codes()[closer]


def choose_goal(code: JobCode) -> Steps[tuple[str, Win]]:
    """Ask for the state in three months: one of two small wins, or his own words."""
    labels = [win.label for win in code.wins]
    asks = "3か月後、何が変わっていたら「やってよかった」と思えますか？"
    chosen = yield from ask(
        "goal", Choice(asks, choices=(*labels, OWN_WORDS, EXAMPLE), or_words=True), given=code.code
    )
    if chosen == EXAMPLE:
        yield from say(f"例えば「{code.wins[0].text}」や「{code.wins[1].text}」です。")
        chosen = yield from ask(
            "goal.2",
            Choice("近いのはどちらですか？", choices=(*labels, OWN_WORDS), or_words=True),
            given=code.code,
        )
    if chosen == OWN_WORDS:
        chosen = yield from ask("goal.own", Text("3か月後、どうなっていたらうれしいですか？", most=300))
    win = next((win for win in code.wins if win.label == chosen), None)
    if win is None and is_both(chosen):
        win = next(
            (item for item in code.wins if any(part in chosen for part in pieces(item.label))), code.wins[0]
        )
    if win is not None:
        yield from say(f"「{win.label}」を、3か月の目標にしましょう。数字は毎週いっしょに見ます。")
        return win.text, win
    return chosen, code.wins[0]


def is_both(words: str) -> bool:
    return any(word in words for word in ("どっちも", "どちらも", "両方", "りょうほう", "ぜんぶ", "全部"))


def pieces(label: str) -> tuple[str, ...]:
    """Cut a label into the nouns a person may pick up: 「写真」 of 「売れ筋5品の写真」."""
    return tuple(
        piece for piece in label.replace("を", "の").replace("が", "の").split("の") if len(piece) >= 2
    )


def spare(words: str, partner: str) -> Steps[str]:
    """Ask once before showing what is private in his own words."""
    found = sensitive(words, allowed=(partner,) if partner else ())
    if found is None:
        return words
    named = "と、".join(KINDS[kind] for kind in found.kinds)
    verdict = yield from ask(
        "spare",
        Pick(
            "ありがとうございます。お書きのまま「社長のことば」に載せます。一つだけ。"
            f"{named}が入っています。募集を見る方に、このまま見せてもよろしいですか？",
            of=Spare,
        ),
        given=words,
    )
    return (
        drop_sentences(words, found.kinds, (partner,) if partner else ()) if verdict is Spare.DROP else words
    )


def approve(owner: Owner, draft: Draft, submit: SubmitDraft) -> Steps[SubmitDraft]:
    """Show the draft until he says これでよい; every part can be put right."""
    is_new: frozenset[Part] = frozenset()
    words = submit.words
    for n in count(1):
        card = preview(draft, owner.house, is_new)
        asked = Pick("この下書きで、よろしいですか？", of=Verdict, primary=Verdict.YES, card=card)
        if (yield from ask(f"verdict.{n}", asked, given=draft)) is Verdict.YES:
            return replace(submit, words=words, draft=draft)
        part = yield from ask(f"part.{n}", Pick("どこを直しますか？", of=Part), given=draft)
        fixed = yield from fix(part, n, draft)
        words = fixed.words if part is Part.WORDS else words
        draft, is_new = fixed, frozenset({part})
    raise AssertionError("unreachable")
