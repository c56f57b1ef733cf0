"""The spine: a vague wish on LINE becomes a published posting."""

from pathlib import Path

from tests.e2e.stage import people, staged

WISH_TO_APPROVED = (
    "ネットでもっと売りたいんだけど、若いのがいなくて",
    "それよりいくらかかるのか先に知りたい",
    "見ても買ってくれない かな",
    "どっちも。まず写真かな",
    "わからん",
    "嫁の美咲。発送と電話番",
    "8万",
    "うちは明治から味噌をつくってる。通販は息子が作ったけど出てってそのまま。美咲と一緒に、買いやすい店にしてくれる人がいたらうれしい",
    "[その文だけ外す]",
    "[直す]",
    "[題名]",
    "明治の味噌屋、ネットのお店を手伝ってください",
    "[これでよい]",
)


async def test_wish_becomes_published(tmp_path: Path) -> None:
    """Hello, eight answers, the firm, the staff's yes: the card hangs in the postings channel."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        for m in await owner.follow():
            print("BOT", m)
        for m in await owner.tap("同意して始める"):
            print("BOT", m)
        for line in (
            *WISH_TO_APPROVED,
            "山崎醸造",
            "[有限会社山崎醸造 長野県飯田市本町1-2]",
            "[0265-00-1234]",
            "[自分が決める]",
        ):
            print("OWNER", line)
            for m in await owner.play(line):
                print("BOT", m)
        for c in staff.cards():
            print(c)
        await staff.press("引き受ける")
        await staff.press("質問して戻す")
        print(stage.sandbox.slack.modal(staff.id))
        await stage.sandbox.slack.fill(staff.id, {"back.question": "月20時間くらい、でよろしいですか？"})
        print(await stage.sandbox.slack.submit(staff.id))
        await stage.rest()
        for m in owner.news():
            print("BOT", m)
        for m in await owner.tap("それでよい"):
            print("BOT", m)
        print(await staff.press("公開する"))
        for m in owner.news():
            print("BOT", m)
        for c in staff.cards():
            print(c)
        p = next(id for id, item in stage.sandbox.slack.channels.items() if item.name == "postings")
        print(staff.cards(p))
        await stage.sandbox.slack.open_home(staff.id)
        await stage.rest()
        print(stage.sandbox.slack.home(staff.id))
        for x in [x for x in stage.sandbox.wire.calls if x.direction == "from_bot" and x.platform == "line"]:
            print(x.what, x.status)
