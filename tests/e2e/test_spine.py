"""The spine: a vague wish on LINE becomes a published posting."""

from pathlib import Path

from tests.e2e.stage import people, staged


async def test_wish_becomes_published(tmp_path: Path) -> None:
    """Hello, eight answers, the firm, the staff's yes: the card hangs in the postings channel."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        print(await owner.follow())
        print(await owner.tap("同意して始める"))
        print(await owner.say("ネットでもっと売りたいんだけど"))
        print(owner.labels()[:6])
