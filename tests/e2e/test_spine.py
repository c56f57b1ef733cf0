"""The spine: a vague wish on LINE becomes a reviewed, published posting, over real HTTP and the real SDKs."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Owner, Staff, Stage, people, staged

OWN_WORDS = (
    "うちは明治から味噌をつくってる。通販は息子が作ったけど出てってそのまま。"
    "美咲と一緒に、買いやすい店にしてくれる人がいたらうれしい"
)
EIGHT_ACTIONS = (
    "ネットでもっと売りたいんだけど、若いのがいなくて",
    "見ても買ってくれない かな",
    "どっちも。まず写真かな",
    "わからん",
    "嫁の美咲。発送と電話番",
    "8万",
    OWN_WORDS,
)
FIRM = ("山崎醸造", "[有限会社山崎醸造 長野県飯田市本町1-2]", "[0265-00-1234]", "[自分が決める]")
LEGAL_SIX = ("会社", "住所", "連絡先", "最初にやってほしいこと", "場所", "時間と報酬")


async def approved(owner: Owner) -> list[str]:
    """Play from hello to the approved draft: one tap, then eight answers and the question about the family."""
    await owner.follow()
    await owner.tap("同意して始める")
    await owner.play(*EIGHT_ACTIONS)
    await owner.tap("その文だけ外す")
    return await owner.tap("これでよい")


@pytest.mark.parametrize("with_model", [False, True], ids=["rules", "model"])
async def test_wish_becomes_published(tmp_path: Path, with_model: bool) -> None:
    """Hello, eight answers, the firm, the staff's yes: the card with the legal six hangs in the channel."""
    async with staged(tmp_path, with_model=with_model) as stage:
        owner, staff = people(stage)
        await approved(owner)
        said = await owner.play(*FIRM)
        assert "までにお知らせします" in said[-1]
        assert len(staff.cards()) == 1
        await staff.press("公開する")
        assert "募集を始めました" in owner.news()[-1]
        [posted] = staff.cards(channel_of(stage, "postings"))
        for item in LEGAL_SIX:
            assert f"{item}：" in posted["text"]
        assert "有限会社山崎醸造" in posted["text"]
        assert "息子" not in posted["text"]
        assert "嫁" not in posted["text"]


async def test_detours_on_the_way_change_nothing(tmp_path: Path) -> None:
    """A price question, 直す of the title and an old button in the middle: the draft is what he approved."""
    async with staged(tmp_path) as stage:
        owner, _ = people(stage)
        await owner.follow()
        await owner.tap("同意して始める")
        await owner.say(EIGHT_ACTIONS[0])
        price = await owner.say("それよりいくらかかるのか先に知りたい")
        assert "手数料が月4万円" in price[0]
        assert "見ても買ってくれない" in price[-1]
        await owner.play(*EIGHT_ACTIONS[1:])
        preview = await owner.tap("その文だけ外す")
        assert "月12万円まで" in preview[-1]
        old = await owner.tap("見に来る人が少ない")
        assert "お答えいただいています" in old[0]
        await owner.play("[直す]", "[題名]", "明治の味噌屋、ネットのお店を手伝ってください")
        said = await owner.tap("これでよい")
        assert "会社" in said[-1]


async def test_staff_ask_and_owner_answers(tmp_path: Path) -> None:
    """質問して戻す: one plain question goes out, the answer comes back to the same card, updated in place."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        await staff.press("引き受ける")
        await staff.press("質問して戻す")
        await fill(stage, staff, {"back.question": "月20時間くらい、でよろしいですか？"})
        assert "月20時間くらい、でよろしいですか？" in owner.news()[-1]
        await owner.tap("それでよい")
        [card] = staff.cards()
        assert "→ それでよい" in card["text"]
        assert "確認待ち" in card["text"]
        assert "佐藤 由美" in card["text"]


async def test_staff_edit_needs_the_owners_yes(tmp_path: Path) -> None:
    """直して見てもらう: the owner sees old and new; nothing can be published before his yes."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        await staff.press("直して見てもらう")
        await fill(stage, staff, {"edit.TITLE": "明治の味噌屋のネットのお店を、買いやすく"})
        shown = owner.news()[-1]
        assert "題名(いま)" in shown
        assert "明治の味噌屋のネットのお店を、買いやすく" in shown
        assert "公開する" not in buttons(staff)
        await owner.tap("これでよい")
        assert "公開する" in buttons(staff)
        await staff.press("公開する")
        [posted] = staff.cards(channel_of(stage, "postings"))
        assert "明治の味噌屋のネットのお店を、買いやすく" in posted["text"]


async def test_talents_press_nothing_of_the_staffs(tmp_path: Path) -> None:
    """A button of the staff's card, sent by somebody who is not staff, does nothing and says so kindly."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        [card] = staff.cards()
        publish = next(
            item for block in card["blocks"] for item in block.get("elements", []) if "公開" in str(item)
        )
        talent = next(id for id, item in stage.sandbox.slack.people.items() if item.name.startswith("高橋"))
        action = {
            "type": "button",
            "action_id": publish["action_id"],
            "block_id": "x",
            "value": publish["value"],
        }
        await home(stage, talent)
        await stage.sandbox.slack.force_payload(talent, "home", action)
        await stage.rest()
        assert not staff.cards(channel_of(stage, "postings"))


async def test_home_shows_the_queue(tmp_path: Path) -> None:
    """App Home: staff see what waits for them, talent see the open postings."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        assert "確認待ち 1件" in await home(stage, staff.id)
        await staff.press("公開する")
        talent = next(id for id, item in stage.sandbox.slack.people.items() if item.name.startswith("高橋"))
        assert "いまの募集" in await home(stage, talent)
        assert "有限会社山崎醸造" in await home(stage, talent)


async def fill(stage: Stage, staff: Staff, values: dict[str, Any]) -> None:
    await stage.sandbox.slack.fill(staff.id, values)
    submitted = await stage.sandbox.slack.submit(staff.id)
    assert submitted.is_accepted, submitted
    await stage.rest()


async def home(stage: Stage, user: str) -> str:
    await stage.sandbox.slack.open_home(user)
    await stage.rest()
    return str(stage.sandbox.slack.home(user))


def channel_of(stage: Stage, name: str) -> str:
    return next(id for id, item in stage.sandbox.slack.channels.items() if item.name == name)


def buttons(staff: Staff) -> str:
    return str([block for card in staff.cards() for block in card["blocks"] if block["type"] == "actions"])
