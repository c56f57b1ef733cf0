"""The whole story: from the first hello to the renewal, three months in a minute."""

from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select

from flows.rules.calendar import JST, is_business_day
from storage.outbox import HELD, OutMessage
from storage.time_rows import DueRow
from storage.unit_of_work import begin
from tests.e2e.stage import Staff, Stage, people, staged
from tests.e2e.test_spine import FIRM, approved, channel_of, fill

ME = {
    "me.NAME": "高橋 直樹",
    "me.HEADLINE": "食品の通販を自分の手で5年",
    "me.BY_HAND": "味噌と醤油の通販で、写真と説明を毎週直し、注文を月20件から60件にしました。",
    "me.SKILLS": "商品写真、商品説明、注文の数の見方",
    "me.TIES": "長野には毎年通っています",
}
WORKS: dict[str, list[str]] = {"works.MORE": []}  # what was told from his words is right
TERMS = {
    "terms.HOURS": "20",
    "terms.SLOTS": "水 10:00-12:00",
    "terms.PAY": "70000",
    "terms.EMPLOYMENT": "EMPLOYEE",
    "terms.PERMISSION": "GIVEN",
    "terms.CONFLICTS": "",
    "terms.INSURANCE": "YES",
    "terms.ONSITE": "VISITS",
}
APPLY = {
    "apply.WHY": "味噌が好きで、長野に通っています。",
    "apply.HOW": "最初の1週間で、いま何人が見て何人が買っているかを数えます。",
    "apply.EXPERIENCE": "食品の通販を自分の手で5年やりました。",
    "apply.OTHER": "",
    "apply.READY": "YES",
}


async def test_hello_to_renewal(tmp_path: Path) -> None:
    """Published, applied, chosen, asked, kicked off, met each week, looked back, renewed; no rule of a platform broken."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        await staff.press("公開する")
        talent = person(stage, "高橋")
        await apply_as(stage, talent)
        await noon_after(stage, 11)
        show(owner.news())
        show(await owner.tap("会ってみたい"))
        show(await owner.tap("この3つで聞く"))
        show(await owner.play("味噌、山歩き、孫", "人に頼まれること", "とばす", "[とばす]", "値段の考え方"))
        dm = stage.sandbox.slack.dm_channel(talent.id) or ""
        await press(stage, talent, "会う前の5つの質問", dm)
        await fill(stage, talent, {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)})
        await meet(stage, talent, dm)
        assert "お会いする日が決まりました" in "".join(owner.news())
        show(await owner.tap("進めたい"))
        await press(stage, talent, "進めたい", dm)
        await fill(
            stage, talent, {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "ふだんはこのトーク、急ぎは電話"}
        )
        show(owner.news())
        show(await owner.tap("これでよい"))
        assert "募集を終えました" in (await owner.tap("終える"))[-1]
        [card] = [
            each for each in stage.sandbox.slack.messages(channel_of(stage, "postings")) if "blocks" in each
        ]
        assert "この募集は終わりました" in str(card)
        assert "関心あり" not in str(card)
        for week, days in enumerate((7, 7, 14), start=1):  # the week of 12/30 is left out
            await noon_after(stage, days)
            show(owner.news())
            await press(stage, talent, "決まったこと", dm)
            told = {"decided.OWNER": f"写真を{week}枚とる", "decided.TALENT": f"説明文を{week}本書く"}
            await fill(stage, talent, {**told, "decided.NUMBER": f"{10 + week}"})
            assert owner.news() == []  # he is not called after a meeting
            assert f"写真を{week}枚とる" in "".join(await owner.say("今週やること"))
            show(await owner.tap("これでよい"))
        await until_moment(stage, await stage.bot.thread.do(due_at, stage, "feedback"))
        assert "もうすぐ3か月です" in "".join(owner.news())
        await owner.play(
            "写真をほめてもらえた", "連絡がもう少し早いとうれしい", "約束を守ること", "続けたい。月20時間"
        )
        assert "連絡がもう少し早い" not in everything(stage, talent, dm)
        await press(stage, talent, "ふりかえり 1/2", dm)
        await fill(stage, talent, {"mf.MF1": "美咲さんの写真", "mf.MF2": "決めるのが遅いことがある"})
        assert "決めるのが遅い" not in "".join(owner.news())
        await fill(stage, talent, {"mf2.MF3": "早く試すこと", "mf2.MF4": "続けたいです"})
        assert "決めるのが遅いことがある" in "".join(owner.news())
        assert "連絡がもう少し早いとうれしい" in everything(stage, talent, dm)
        await owner.tap("同じ条件で続ける")
        await press(stage, talent, "同じ条件で続ける", dm)
        assert "このまま続きます" in owner.news()[-1]
        assert "このまま続きます" in everything(stage, talent, dm)


def everything(stage: Stage, talent: Staff, dm: str) -> str:
    """All a talent can see: his messages, his home and the channels he is in."""
    slack = stage.sandbox.slack
    seen = [*slack.messages(dm), *slack.messages(channel_of(stage, "postings"))]
    return "".join(map(str, seen)) + str(slack.home(talent.id)) + str(slack.modal(talent.id))


async def apply_as(stage: Stage, talent: Staff) -> None:
    postings = channel_of(stage, "postings")
    await press(stage, talent, "関心あり", postings)
    await fill(stage, talent, ME)
    await fill(stage, talent, WORKS)
    await fill(stage, talent, TERMS)
    await fill(stage, talent, APPLY)


async def meet(stage: Stage, talent: Staff, dm: str) -> None:
    """Let the talent take an hour, and that hour go by."""
    await press(stage, talent, "10:00…", dm)
    await until_moment(stage, await stage.bot.thread.do(due_at, stage, "interview_over"))


def is_named(label: str, text: str) -> bool:
    """Tell whether a button is meant: by its name, or by a piece of it with 「…」 behind."""
    return label[:-1] in text if label.endswith("…") else label == text


async def press(stage: Stage, who: Staff, label: str, channel: str) -> None:
    for message in reversed(stage.sandbox.slack.messages(channel)):
        for block in message.get("blocks", []):
            for element in block.get("elements", []):
                if element.get("type") == "button" and is_named(label, element["text"]["text"]):
                    await stage.sandbox.slack.press(
                        who.id,
                        channel,
                        element["action_id"],
                        block_id=block.get("block_id"),
                        ts=message["ts"],
                    )
                    await stage.rest()
                    return
    raise AssertionError(f"no button {label}")


def person(stage: Stage, name: str) -> Staff:
    return Staff(
        stage, next(id for id, item in stage.sandbox.slack.people.items() if item.name.startswith(name))
    )


async def noon_after(stage: Stage, days: int) -> None:
    """Move business time to noon of the first business day so many days on, day by day, with every sweep."""
    day = stage.clock.now().astimezone(JST).date() + timedelta(days=days)
    while not is_business_day(day):
        day += timedelta(days=1)
    await until_moment(stage, datetime.combine(day, time(12, 5), JST))


async def until_moment(stage: Stage, moment: datetime) -> None:
    """Jump from one due moment to the next, so that everything happens at its own time."""
    while (now := stage.clock.now()) < moment:
        following = await stage.bot.thread.do(next_moment, stage)
        to = min(moment, max(following, now)) if following else moment
        stage.clock.move(to - now + timedelta(seconds=1))
        await stage.bot.sweep()
        await stage.rest()


def next_moment(stage: Stage) -> datetime | None:
    with begin(stage.bot.engine) as work:
        due = select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None))
        held = select(func.min(OutMessage.next_at)).where(OutMessage.status == HELD)
        found = [at for at in (work.session.scalar(due), work.session.scalar(held)) if at]
        return min(found, default=None)


def due_at(stage: Stage, purpose: str) -> datetime:
    with begin(stage.bot.engine) as work:
        [row] = work.session.scalars(
            select(DueRow).where(DueRow.purpose == purpose, DueRow.done_at.is_(None))
        )
        return row.due_at + timedelta(minutes=5)


def show(said: list[str]) -> None:
    for words in said:
        print("BOT", words)
