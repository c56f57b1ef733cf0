"""Posting: from a vague wish to one small win that can be finished."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from itertools import count

from flows.cards import preview
from flows.facts import Draft, Owner
from flows.fixing import Part, fix
from flows.outcomes import NeedsPerson, SubmitDraft, TurnDown
from flows.paying import ask_pay
from flows.quantity import Quantity, has_number
from flows.questions import DONT_KNOW, Choice, Option, Pick, Text, yen
from flows.roads import NEAREST, after
from flows.rules.drafting import (
    PolishInput,
    code_of,
    hours_for,
    is_himself,
    measured,
    partner_name,
    partner_role,
    polish_by_rules,
    told_number,
    told_option,
)
from flows.rules.plain import jargon
from flows.rules.reading import is_dont_know
from flows.rules.sensitive import drop_sentences, sensitive
from flows.rules.sound import sound
from flows.steering import Heard, steer
from flows.steps import Steps, ask, say, think
from flows.words import Word
from prompts.catalog import POLISH
from prompts.knowledge import JobCode, Win, job_codes

OUR_PAY = 80_000  # suggested when the owner cannot say; he sees it and can change it


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
OWN_WORDS, EXAMPLE = "自分のことばで", "例を見る"
MYSELF, LATER = "自分でやる", "これから決める"
NEITHER = re.compile(
    r"(?:どっち|どちら|どれ|両方)(?:も|とも|でも)(?:ない|なし|(?:ちょっと)?(?:違|ちが|ピンと|ぴんと|いらん|いらない|合わ|いや|嫌))"
)
LOOK_FIRST = "最初の1週間で調べる"


def posting(owner: Owner) -> Steps[SubmitDraft | TurnDown | NeedsPerson]:
    """Lead an owner from a vague wish to one posting small enough to finish, in eight answers."""
    if owner.after or not owner.is_again:
        yield from say(after(owner.after)[0] if owner.after else "ありがとうございます。まず一つだけ。")
    wish = yield from ask("wish", wish_question(owner))
    heard = yield from steer(wish, owner.house, NEAREST.get(owner.after, ""))
    if not isinstance(heard, Heard):
        return heard

    code = yield from narrow(heard)
    if code.rare:
        yield from say("くわしい方は多くありません。お一人見つかれば十分です。")
    goal, win = yield from choose_goal(code)
    now = yield from today(heard.wish, code, win)

    yield from say("あと4つです。")
    partner = yield from ask_partner()
    name = partner_name(partner)

    pay = yield from ask_pay("pay", or_unknown=True)
    pay_yen = pay or OUR_PAY
    fee = owner.house.fee_yen
    if pay is None:
        yield from say(f"大丈夫です。ひとまず月{yen(pay_yen)}までで下書きします。あとで直せます。")
    yield from say(
        f"お相手に月{yen(pay_yen)}まで、手数料が月{yen(fee)}。合わせて月{yen(pay_yen + fee)}までですね。"
    )

    wish = heard.wish if heard.is_shown else ""
    words = yield from own_words(wish)
    if not words:
        return NeedsPerson("unsure", heard.wish)
    shown = yield from spare(words, name)

    first_tasks = (win or code.wins[0]).first_tasks
    given = PolishInput(wish, shown, goal, code.code, first_tasks)
    polished = sound(given, (yield from think("polish", POLISH, given, rules=polish_by_rules)))
    draft = Draft(
        title=polished.title,
        words=shown,
        goal=polished.goal,
        measure=LOOK_FIRST if now == DONT_KNOW else measured(code.measure.ask, now) if win else now,
        tasks=tuple(polished.first_tasks),
        partner="社内の担当の方" if partner == LATER else partner_role(partner),
        hours=hours_for(pay_yen, code),
        pay=pay_yen,
        code=code.code,
        changes=((goal, polished.goal),) if goal.rstrip("。") != polished.goal.rstrip("。") else (),
    )
    return (yield from approve(owner, draft, SubmitDraft(heard.wish, words, draft, partner, pay is None)))


def wish_question(owner: Owner) -> Text:
    """Ask for the wish; a sticker or an empty line is a hello, and gets three easy buttons."""
    if owner.after:
        return Text(
            after(owner.after)[1], least=0, nod="", words=(Word.PERSON,), label="やりたいこと", is_free=True
        )
    asks = (
        "次に「やりたいな」と思っていることは何ですか？"
        if owner.is_again
        else "前から「やりたいな」と思っていたことは何ですか？"
    )
    return Text(asks, least=0, nod="", label="やりたいこと", is_free=True)


def narrow(heard: Heard) -> Steps[JobCode]:
    """Ask where it is stuck, unless the wish said so; the answer may name a closer kind of work."""
    code = code_of([heard.code])
    if heard.quote:
        yield from say(f"{code.topic}のことですね。" if jargon(heard.quote) else f"「{heard.quote}」ですね。")
    options = tuple(Option(option.label, option.label) for option in code.stuck.options)
    stuck = told_option(heard.wish, tuple(option.label for option in options))
    if not stuck:
        choices = dict.fromkeys([*options, Option(DONT_KNOW, DONT_KNOW)])
        unsure = [option for option in options if option.label.endswith(DONT_KNOW)]
        asked = Choice(
            code.stuck.ask,
            choices=tuple(options if unsure else choices),
            or_words=True,
            label="困っているところ",
        )
        stuck = yield from ask("stuck", asked, given=heard.code)
    closer = next(
        (option.code for option in code.stuck.options if option.label == stuck and option.code), code.code
    )
    return job_codes()[closer]


def choose_goal(code: JobCode) -> Steps[tuple[str, Win | None]]:
    """Ask for the state in three months: one of two small wins, or his own words."""
    labels = [win.label for win in code.wins]
    asks = "3か月後、何が変わっていたら「やってよかった」と思えますか？"
    chosen = yield from ask(
        "goal",
        Choice(asks, choices=(*labels, OWN_WORDS, EXAMPLE), or_words=True, label="3か月後の目標"),
        given=code.code,
    )
    if chosen == EXAMPLE or is_dont_know(chosen):
        yield from say("\n".join(["例です。", *(f"・{win.text}" for win in code.wins)]))
        chosen = yield from ask(
            "goal.2",
            Choice("近いのはどちらですか？", choices=(*labels, OWN_WORDS), or_words=True, label="近い目標"),
            given=code.code,
        )
    if is_dont_know(chosen):
        yield from say("大丈夫です。あとで直せます。")
        chosen = labels[0]
    if chosen == OWN_WORDS or is_neither(chosen):
        chosen = yield from ask(
            "goal.own",
            Text("3か月後、どうなっていたらうれしいですか？", most=300, label="うれしい姿", is_told=True),
        )
    win = next((win for win in code.wins if win.label == chosen), None)
    if win is None and is_both(chosen):
        win = next(
            (item for item in code.wins if any(part in chosen for part in pieces(item.label))), code.wins[0]
        )
    if win is not None:
        yield from say(f"「{win.label}」を、最初の目標にしましょう。")
        return win.text, win
    return (yield from counted(chosen)), None


def counted(goal: str) -> Steps[str]:
    """Ask for a number where his own goal has none: a goal is a state that can be seen to be reached."""
    if has_number(goal):
        return goal
    asks = "ざっくりで大丈夫です。数にすると、どのくらいですか？"
    number = yield from ask(
        "goal.number", Choice(asks, choices=(DONT_KNOW,), or_words=True, label="目標の数"), given=goal
    )
    if number == DONT_KNOW:
        yield from say("大丈夫です。数は、最初の1週間でお相手と決めましょう。")
        return f"{goal.rstrip('。')}(数は最初の1週間で決める)"
    return f"{goal.rstrip('。')}({number.rstrip('。')})"


def today(wish: str, code: JobCode, win: Win | None) -> Steps[str]:
    """Ask for today's number, unless the wish gave it."""
    if win is not None and (told := told_number(wish, code.measure.unit)):
        yield from say(f"いまは「{told}」ですね。")
        return told
    ready = (*code.measure.options, DONT_KNOW) if win else (DONT_KNOW,)
    asks = code.measure.ask if win else "ざっくりで大丈夫です。それは、いまどのくらいですか？"
    asked = Quantity(
        asks, choices=ready, or_words=True, unit=code.measure.unit if win else "", label="いまの数"
    )
    now = yield from ask("now", asked, given=asks)
    if now == DONT_KNOW:
        yield from say("大丈夫です。最初の1週間で、お相手が調べます。")
    return now


def ask_partner() -> Steps[str]:
    """Ask who goes along in the firm; a firm of one man may say so."""
    asked = Choice(
        "会社の中で、一緒に進めるのはどなたですか？",
        choices=(MYSELF, LATER),
        or_words=True,
        most=200,
        label="一緒に進める方",
    )
    partner = yield from ask("partner", asked)
    if partner == LATER or is_dont_know(partner):
        yield from say("大丈夫です。最初の打ち合わせまでに決めましょう。")
        return LATER
    if is_himself(partner):
        yield from say("社長ご自身ですね。毎週30分だけ、お時間をください。")
    elif name := partner_name(partner):
        yield from say(f"{name}さんですね。")
    return partner


def own_words(wish: str) -> Steps[str]:
    """Ask for his own words; who cannot find any has said some already. Empty: a person should ask."""
    asks = "最後に、いちばん大事なことです。2〜3行の話し言葉で大丈夫です。どんな会社で、どうなったらうれしいですか？"
    words = yield from ask(
        "own",
        Text(
            asks, words=(Word.PERSON,), again="ひとことでも大丈夫です。", label="社長のことば", is_told=True
        ),
    )
    if not is_dont_know(words):
        return words
    if wish.strip():
        yield from say("大丈夫です。最初のお話を、そのまま「社長のことば」に載せます。")
        return wish
    words = yield from ask(
        "own.2",
        Text(
            "いま困っていることを、ひとことだけ書いていただけますか？",
            label="困っていること",
            is_free=True,
            is_told=True,
        ),
    )
    return "" if is_dont_know(words) else words


def is_neither(words: str) -> bool:
    """Tell 「どっちもピンとこん」 and 「どれもちがう」 from a goal of his own."""
    return bool(NEITHER.match(words.strip()))


def is_both(words: str) -> bool:
    return any(word in words for word in ("どっちも", "どちらも", "両方", "りょうほう", "ぜんぶ", "全部"))


def pieces(label: str) -> tuple[str, ...]:
    """Cut a label into the nouns a person may pick up: 「写真」 of 「売れ筋5品の写真」."""
    return tuple(
        piece for piece in label.replace("を", "の").replace("が", "の").split("の") if len(piece) >= 2
    )


def spare(words: str, partner: str, key: str = "spare") -> Steps[str]:
    """Ask once before showing what is private in his own words."""
    found = sensitive(words, allowed=(partner,) if partner else ())
    if found is None:
        return words
    named = "と、".join(KINDS[kind] for kind in found.kinds)
    yield from say("ありがとうございます。載せる前に、一つだけ。")
    verdict = yield from ask(
        key,
        Pick(
            f"{named}が入っています。募集を見る方に、このまま見せてもよろしいですか？",
            of=Spare,
            label="載せ方",
            unsure=Spare.DROP,
        ),
        given=words,
    )
    if verdict is Spare.KEEP:
        return words
    left = drop_sentences(words, found.kinds, (partner,) if partner else ())
    if not left:
        asks = "それを外すと、ことばが残りません。ひとことだけ、書き直していただけますか？"
        left = yield from ask(
            f"{key}.again", Text(asks, label="書き直し", is_free=True, is_told=True), given=words
        )
    return left


def approve(owner: Owner, draft: Draft, submit: SubmitDraft) -> Steps[SubmitDraft]:
    """Show the draft until he says これでよい; every part can be put right.

    What he has put right stays right when an earlier answer changes the draft beneath it.
    """
    is_new: frozenset[Part] = frozenset()
    words = submit.words
    for n in count(1):
        card = preview(draft, owner.house, is_new)
        asked = Pick(
            "この下書きで、よろしいですか？", of=Verdict, primary=Verdict.YES, card=card, is_listed=False
        )
        verdict = yield from ask(f"verdict.{n}", asked, given=draft, lasting=(Verdict.FIX.name,))
        if verdict is Verdict.YES:
            return replace(submit, words=words, draft=draft)
        which = Pick("どこを直しますか？", of=Part, is_listed=False)
        part = yield from ask(f"part.{n}", which, given=draft, lasting=tuple(Part.__members__))
        fixed = yield from fix(part, n, draft)
        if part is Part.WORDS:
            words = fixed.words
            shown = yield from spare(words, partner_name(submit.partner), f"spare.{n}")
            fixed = replace(fixed, words=shown)
        draft, is_new = fixed, frozenset({part} if fixed != draft else ())
    raise AssertionError("unreachable")
