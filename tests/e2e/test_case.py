"""A case: what one owner finished and lets be told comes before another who describes the same trouble, and goes again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.e2e.stage import Owner, Staff, Stage, people, staged
from tests.e2e.test_spine import FIRM, approved, fill
from tests.e2e.test_story import apply_as, meet, noon_after, person, press, until_moment

KICKOFF = {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "ふだんはこのトーク、急ぎは電話"}
CASE = "長野の食品づくりの会社"
NUMBER = "ネットの注文(月) 12件 → 40件"
EXAMPLES = "ほかの会社で、実際にあった例です"


async def test_what_one_finished_another_reads_while_he_describes_his_wish(
    tmp_path: Path,
) -> None:
    """From the first hello to the end and the owner's yes; then a new owner taps うちに似た会社, until it is taken back."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        talent = person(stage, "高橋")
        dm = await at_work(stage, owner, staff, talent)
        for value in ("12", "40"):
            await noon_after(stage, 7)
            await press(stage, talent, "決まったこと", dm)
            told = {
                "decided.OWNER": "写真を2枚とる",
                "decided.TALENT": "説明文を直す",
                "decided.NUMBER": value,
            }
            await fill(stage, talent, told)
        await parted(owner)
        asked = await heard(stage, owner, "目標は、届きましたか？")
        assert "12件 → 40件" in asked
        preview = "".join(await owner.tap("はい"))
        assert f"名前なしのとき\n{CASE}：{NUMBER}" in preview
        assert "名前を出すとき\n山崎醸造(長野)" in preview

        await owner.tap("名前なしならよい")
        other = new_owner(stage)
        shown = "".join(await describes(other, "うちに似た会社"))
        assert EXAMPLES in shown
        assert f"{CASE}\n{NUMBER}" in shown
        for name in ("山崎", "高橋", "美咲", "飯田"):
            assert name not in shown
        assert "近いのはどちらですか？" in shown

        await owner.tap("見せるのをやめる")
        late = new_owner(stage)
        assert CASE not in "".join(await describes(late, "例を見る"))


async def at_work(stage: Stage, owner: Owner, staff: Staff, talent: Staff) -> str:
    """From hello to the first meeting."""
    await approved(owner)
    await owner.play(*FIRM)
    await staff.press("公開する")
    await apply_as(stage, talent)
    await noon_after(stage, 11)
    await owner.tap("会ってみたい")
    await owner.tap("この3つで聞く")
    await owner.play("味噌", "人に頼まれること", "とばす", "とばす", "値段の考え方")
    dm = stage.sandbox.slack.dm_channel(talent.id) or ""
    await press(stage, talent, "会う前の5つの質問", dm)
    await fill(stage, talent, {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)})
    await meet(stage, talent, dm)
    await owner.tap("進めたい")
    await press(stage, talent, "進めたい", dm)
    await fill(stage, talent, KICKOFF)
    await owner.tap("これでよい")
    await owner.tap("終える")
    return dm


async def parted(owner: Owner) -> None:
    """The owner gives notice for the first day that is offered."""
    await owner.play("終わりにしたい", "[終わりにする]", "[やりたいことができた]")
    day = owner.labels()[0]  # the first that is offered
    await owner.tap(day)
    await owner.tap("お相手に伝える")


async def heard(stage: Stage, owner: Owner, words: str) -> str:
    """Wait, day by day of business time, until the owner reads these words."""
    for _ in range(60):
        said = "".join(owner.news())
        if words in said:
            return said
        await until_moment(stage, stage.clock.now() + timedelta(days=1))
    raise AssertionError(f"he never read {words!r}")


def new_owner(stage: Stage) -> Owner:
    return Owner(stage, stage.sandbox.line.add_person("丸山"))


async def describes(reader: Owner, label: str) -> list[str]:
    """A soy sauce maker of the same valley tells his wish, and taps what stands beside the goals."""
    await reader.follow()
    await reader.tap("同意して始める")
    await reader.play("長野で醤油をつくっています。ネットでもっと売りたい", "見ても買ってくれない")
    return await reader.tap(label)
