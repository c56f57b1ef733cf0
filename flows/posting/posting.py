"""Posting: from a vague wish to one small win that can be finished."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import count

from flows.facts import Draft, Owner
from flows.outcomes import NeedsPerson, SubmitDraft, TurnDown
from flows.posting.aiming import aim
from flows.posting.cards import preview
from flows.posting.fixing import Part, fix
from flows.posting.partnering import LATER, ask_partner
from flows.posting.paying import ask_pay
from flows.posting.roads import NEAREST, after
from flows.posting.steering import Heard, steer
from flows.questions import DONT_KNOW, Choice, Pick, Text, yen
from flows.quick import quick
from flows.rules.coach.drafting import (
    PolishInput,
    code_of,
    hours_for,
    measured,
    partner_name,
    partner_role,
    polish_by_rules,
    told_option,
)
from flows.rules.coach.extras import told_partner, told_pay
from flows.rules.coach.plain import jargon
from flows.rules.coach.several import label_in
from flows.rules.coach.sound import sound
from flows.rules.japanese.reading import is_dont_know
from flows.rules.lint.lint import drop_unfit, unfit
from flows.rules.lint.sensitive import drop_sentences, sensitive
from flows.steps import Steps, ask, say, think
from flows.words import Word
from prompts.catalog import POLISH
from prompts.knowledge import JobCode, job_codes

OUR_PAY = 80_000  # suggested when the owner cannot say; he sees it and can change it


class Verdict(Enum):
    YES = "これでよい"
    FIX = "直す"


class Otherwise(Enum):
    DROP = "その文だけ外す"
    SAY = "言いかえる"


class Spare(Enum):
    KEEP = "このままでよい"
    DROP = "その文だけ外す"


KINDS = {
    "family": "ご家族のこと",
    "health": "お体のこと",
    "money_trouble": "お金の苦労のこと",
    "contact": "電話番号などの連絡先",
    "named_person": "ほかの方のお名前",
    "named_firm": "ほかの会社のお名前",
}
LOOK_FIRST = "最初の1週間で調べる"


def posting(owner: Owner) -> Steps[SubmitDraft | TurnDown | NeedsPerson]:
    """Lead an owner from a vague wish to one posting small enough to finish, in eight answers."""
    if owner.after or not owner.is_again:
        yield from say(after(owner.after)[0] if owner.after else "ありがとうございます。まず一つだけ。")
    wish = yield from ask("wish", wish_question(owner))
    heard = yield from steer(wish, owner.house, NEAREST.get(owner.after, ""))
    if not isinstance(heard, Heard):
        return heard

    code, stuck = yield from narrow(heard)
    so_far = "\n".join(filter(None, (heard.wish, stuck)))
    if code.rare:
        yield from say("くわしい方は多くありません。お一人見つかれば十分です。")
    aimed = yield from aim(so_far, code, owner.find)
    goal, win, now = aimed.goal, aimed.win, aimed.now

    is_several = win is not None and aimed.words[0] != win.label
    told = Told(so_far, aimed.words[0], aimed.words[1], is_several)
    is_money = "円" in code.measure.unit or win is None
    told_name, told_yen = told.partner(), told.pay(is_money)
    yield from say(f"{aimed.line}あと{4 - bool(told_name) - (told_yen is not None)}つです。")
    partner, words = yield from ask_partner(told_name)
    name = partner_name(partner)

    told_yen = told_pay(words, is_answer=True) or told_yen
    pay = yield from ask_pay("pay", or_unknown=True, told=told_yen)
    pay_yen = pay or OUR_PAY
    if pay is None:
        yield from say(f"大丈夫です。ひとまず月{yen(pay_yen)}までで下書きします。あとで直せます。")
    yield from say(in_all(pay_yen, owner.house.fee_yen, is_told=pay is not None and pay == told_yen))

    wish = heard.wish if heard.is_shown else ""
    words = yield from own_words(wish)
    if not words:
        return NeedsPerson("unsure", heard.wish)
    fit = yield from fair(words)
    shown = yield from spare(fit, name)

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
    made = SubmitDraft(heard.wish, words, draft, partner, pay is None, code.code)
    return (yield from approve(owner, draft, made))


@quick
@dataclass(frozen=True)
class Told:
    """What he has said before he is asked who goes along and what can be paid."""

    wish: str
    goal: str
    now: str
    is_several: bool = False  # the goal was one of several answers in one message

    def partner(self) -> str:
        """Return whom he named, the latest first."""
        said = (
            told_partner(self.now, is_answer=True),
            told_partner(self.goal, is_answer=self.is_several),
            told_partner(self.wish),
        )
        return next(filter(None, said), "")

    def pay(self, is_money: bool) -> int | None:
        """Return what he can pay; a bare sum counts unless today's number is money itself."""
        now = told_pay(self.now, is_answer=not is_money)
        return next(
            filter(
                None,
                (now, told_pay(self.goal, is_answer=self.is_several and not is_money), told_pay(self.wish)),
            ),
            None,
        )


def in_all(pay: int, fee: int, *, is_told: bool) -> str:
    """Say the pay and what it comes to; what he had told already is said back to him."""
    if is_told:
        return f"お支払いは月{yen(pay)}まで、ですね。手数料の月{yen(fee)}と合わせて、月{yen(pay + fee)}までです。"
    return f"お相手に月{yen(pay)}まで、手数料が月{yen(fee)}。合わせて月{yen(pay + fee)}までですね。"


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


def narrow(heard: Heard) -> Steps[tuple[JobCode, str]]:
    """Ask where it is stuck, unless the wish said so; the answer may name a closer kind of work, and tell more."""
    code = code_of([heard.code])
    if heard.quote:
        is_cut = heard.quote.endswith(("を", "が", "は", "で"))
        by_topic = jargon(heard.quote) or is_cut
        yield from say(f"{code.topic}のことですね。" if by_topic else f"「{heard.quote}」ですね。")
    told = told_option(heard.wish, tuple([option.label for option in code.stuck.options]))
    stuck = yield from ask("stuck", where_stuck(code.code), given=heard.code, told=told or None)
    labels = tuple([option.label for option in code.stuck.options])
    label = stuck if stuck in (*labels, DONT_KNOW) else label_in(stuck, labels)
    closer = [option.code for option in code.stuck.options if option.label == label and option.code]
    return job_codes()[closer[0]] if closer else code, "" if stuck == label else stuck


@cache
def where_stuck(code: str) -> Choice:
    """Ask where a kind of work is stuck; who does not know may say so."""
    stuck = job_codes()[code].stuck
    labels = [option.label for option in stuck.options]
    unsure = [] if any(label.endswith(DONT_KNOW) for label in labels) else [DONT_KNOW]
    return Choice(stuck.ask, choices=(*labels, *unsure), or_words=True, label="困っているところ")


def fair(words: str, key: str = "fair") -> Steps[str]:
    """Ask once to say otherwise what no posting may say; the rest of his words stays byte for byte."""
    found = unfit(words)
    if found is None:
        return words
    asks = f"{found.text_ja}その文だけ外してもよろしいですか？"
    way = yield from ask(
        key,
        Pick(asks, of=Otherwise, primary=Otherwise.DROP, unsure=Otherwise.DROP, label="書きかえ"),
        given=words,
    )
    left = drop_unfit(words)
    if left and way is Otherwise.DROP:
        return left
    asked = Text(found.question, label="言いかえ", is_free=True, is_told=True)
    said = yield from ask(f"{key}.again", asked, given=words)
    return "\n".join(filter(None, (left, said)))


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
            fit = yield from fair(words, f"fair.{n}")
            shown = yield from spare(fit, partner_name(submit.partner), f"spare.{n}")
            fixed = replace(fixed, words=shown)
        draft, is_new = fixed, frozenset({part} if fixed != draft else ())
    raise AssertionError("unreachable")
