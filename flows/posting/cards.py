"""Cards: a posting as its owner, the staff and the talent see it. Text in, data out; nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass

from flows.facts import Draft, FirmRecord, House
from flows.messages import Card, Line
from flows.questions import yen
from flows.rules.coach.winning import is_few
from prompts.knowledge import job_codes

SLOT = "平日の日中・毎週30分"
ENDING = "1か月ごとの更新。終えるときは30日前までに知らせ合う。"
NOT_EMPLOYED = "業務委託・プロ人材の募集です(雇用ではありません)。"


def preview(draft: Draft, house: House, is_new: frozenset[object] = frozenset()) -> Card:
    """The draft, as the owner approves it; he alone sees his whole monthly cost."""
    new = {getattr(part, "name", "") for part in is_new}
    tidied = tuple(Line("整えたところ", f"「{before}」→「{after}」") for before, after in draft.changes)
    return Card(
        "募集の下書き",
        lines=(
            Line("題名", draft.title, is_new="TITLE" in new),
            Line("社長のことば(お書きのまま)", draft.words, is_quote=True, is_new="WORDS" in new),
            Line("3か月後", draft.goal, is_new="GOAL" in new),
            *tidied,
            Line("いまの数字", draft.measure, is_new="MEASURE" in new),
            Line("最初の仕事", "\n".join(f"・{task}" for task in draft.tasks), is_new="TASKS" in new),
            Line("一緒に進める方", f"{draft.partner}と、{SLOT}", is_new="PARTNER" in new),
            Line(
                "時間とお支払い",
                f"月{draft.hours}時間くらい・お相手に月{yen(draft.pay)}まで",
                is_new=bool(new & {"HOURS", "PAY"}),
            ),
            Line("場所", place_of(draft), is_new="PLACE" in new),
            Line("仕事の分類", job_codes()[draft.code].name, is_new="CODE" in new),
        ),
        note=f"社長にだけ：手数料(月{yen(house.fee_yen)})と合わせて、月{yen(draft.pay + house.fee_yen)}までです。",
    )


def place_of(draft: Draft) -> str:
    if not draft.onsite_days:
        return "離れた場所から(会社に来る日はありません)"
    return f"月{draft.onsite_days}日は会社で、あとは離れた場所から。{draft.travel}".rstrip("。") + "。"


def number_of(draft: Draft) -> str:
    """Say today's number; a small one is looked at and never judged."""
    return (
        f"{draft.measure}(一緒に見ていくだけの数です)" if is_few(draft.code, draft.measure) else draft.measure
    )


def posting_card(draft: Draft, firm: FirmRecord, contact: str) -> Card:
    """The posting as talent see it: the six items the law wants are always in the card (フリーランス法 12条)."""
    return Card(
        draft.title,
        lines=(
            Line("会社", firm.name),
            Line("住所", firm.address),
            Line("連絡先", contact),
            Line("お仕事の種類", kind_of_work(draft)),
            Line("最初にやってほしいこと", "\n".join(f"・{task}" for task in draft.tasks)),
            Line("3か月後の状態", draft.goal),
            Line("いまの数字", number_of(draft)),
            Line("毎週の打ち合わせ", f"{SLOT}(曜日は始める前に決めます) / 相手：{draft.partner}"),
            Line("場所", place_of(draft)),
            Line("時間と報酬", paid(draft)),
            Line("期間と終わり方", ENDING),
            Line("社長のことば", draft.words, is_quote=True),
        ),
        note=NOT_EMPLOYED,
    )


def short_posting_card(draft: Draft, firm: FirmRecord, contact: str) -> Card:
    """A posting among others of one message: shorter, and still with the six items."""
    return Card(
        draft.title,
        lines=(
            Line("会社", f"{firm.name} / {firm.address} / {contact}"),
            Line("お仕事の種類", kind_of_work(draft)),
            Line("最初にやってほしいこと", "\n".join(f"・{task}" for task in draft.tasks)),
            Line("場所", place_of(draft)),
            Line("時間と報酬", paid(draft)),
            Line("期間と終わり方", ENDING),
        ),
        note=NOT_EMPLOYED,
    )


def kind_of_work(draft: Draft) -> str:
    """Name the kind of work as anybody would understand it."""
    code = job_codes().get(draft.code)
    return f"{code.name}({code.plain.rstrip('。')})" if code else "まだ決めていません"


def paid(draft: Draft) -> str:
    return f"月{draft.hours}時間くらい・月{yen(draft.pay)}まで(税の扱いは契約で明記)"


@dataclass(frozen=True)
class ReviewView:
    """What the staff's card shows of a posting."""

    state: str
    draft: Draft
    firm: FirmRecord
    contact: str
    wish: str
    partner_raw: str
    referred_by: str
    findings: tuple[tuple[str, str, str], ...]  # (level, plain words, a question that may be sent)
    pay_is_ours: bool
    question: str
    reply: str
    deadline: str
    taken_by: str
    history: tuple[str, ...]  # who, when and what
    hidden: tuple[str, ...] = ()  # firms whose people see none of it


LEVELS = {"stop": "止", "warn": "注意", "note": "参考"}


def pointed(level: str, text: str, asks: str) -> str:
    """Point at something, with a plain question where an answer is needed."""
    return f"［{LEVELS.get(level, level)}］{text}" + (
        f"\n　→ 質問の例：{asks}" if asks and level != "note" else ""
    )


def review_card(view: ReviewView) -> Card:
    """The staff's card: his words, what is shown, the six items, what to look at, and what has happened."""
    draft = view.draft
    findings = "\n".join(pointed(*found) for found in view.findings) or "気になる点はありません"
    introduced = f"({view.referred_by}さんの紹介)" if view.referred_by else ""
    asked = (
        (Line("質問とお返事", f"{view.question}\n→ {view.reply or '(お返事待ち)'}"),) if view.question else ()
    )
    ours = ("金額は社長が決めかね、こちらの提案(月8万円)です。",) if view.pay_is_ours else ()
    few = (
        (f"いまの数字は「{draft.measure}」。少ない数は運でも動くので、成果は数で判断しないでください。",)
        if is_few(draft.code, draft.measure)
        else ()
    )
    return Card(
        f"{view.state}・{view.firm.name}{introduced}",
        lines=(
            Line("題名", draft.title),
            Line("最初のことば", view.wish, is_quote=True),
            Line("社長のことば", draft.words, is_quote=True),
            Line("3か月後", draft.goal),
            Line("いまの数字", draft.measure),
            Line(
                "整えたところ",
                "\n".join(f"「{before}」→「{after}」" for before, after in draft.changes) or "なし",
            ),
            Line("最初の仕事", "\n".join(f"・{task}" for task in draft.tasks)),
            Line(
                "6項目",
                f"{view.firm.name} / {view.firm.address} / {view.contact} / 仕事✓ / {place_of(draft)} / 月{yen(draft.pay)}まで",
            ),
            Line("時間", f"月{draft.hours}時間くらい・{SLOT}・相手 {view.partner_raw}"),
            Line("仕事の分類", f"{draft.code} {job_codes()[draft.code].name}"),
            Line("気になる点", "\n".join((findings, *ours, *few))),
            *asked,
            *((Line("見せない会社", "、".join(view.hidden)),) if view.hidden else ()),
            Line("経過", "\n".join(view.history) or "まだありません"),
        ),
        note=f"期限 {view.deadline} ・ {view.taken_by or '未担当'}"
        if view.deadline
        else f"担当 {view.taken_by or 'なし'}",
    )


def work_of(code: str) -> str:
    """Name a kind of work plainly; a code that left the list is named as it is."""
    known = job_codes().get(code)
    return known.name if known else code


def difference(before: Draft, lines: dict[str, str]) -> Card:
    """Show an owner what the staff would change, old and new side by side."""
    from_part = {"TITLE": before.title, "GOAL": before.goal, "TASKS": "\n".join(before.tasks)}
    from_part |= {
        "HOURS": f"月{before.hours}時間",
        "PAY": f"月{yen(before.pay)}まで",
        "CODE": work_of(before.code),
    }
    names = {"TITLE": "題名", "GOAL": "3か月後", "TASKS": "最初の仕事", "HOURS": "時間", "PAY": "お支払い"}
    names["CODE"] = "仕事の分類"
    said = {"HOURS": lambda text: f"月{text}時間", "PAY": lambda text: f"月{yen(int(text))}まで"}
    shown = {
        part: said[part](text) if part in said and text.isdecimal() else text for part, text in lines.items()
    }
    shown |= {part: work_of(text) for part, text in lines.items() if part == "CODE"}
    rows = [
        row
        for part, text in shown.items()
        for row in (
            Line(f"{names[part]}(いま)", from_part[part]),
            Line(f"{names[part]}(直した案)", text, is_new=True),
        )
    ]
    return Card("直した案", lines=tuple(rows), note="ほかは、そのままです。")
