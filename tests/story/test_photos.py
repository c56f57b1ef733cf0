"""Photos in talk: shown to the staff by one tap or as an answer; anything else is thanked for and noted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.photos import KEPT_FOR, LOOKED_AT_AGAIN
from flows.inbound import Kind
from storage.attachments import GONE, KEPT, NOTED, OFFERED, OVER, WANTED, Attachment
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, published
from tests.story.test_handover import speaking

THINGS = {"video": "動画", "file": "ファイル", "location": "地図の場所", "image": "写真", "audio": "声"}


def sends(cast: Cast, kind: str = "image", id: str = "") -> list[str]:
    message = {"type": kind, "id": id or cast.world.message_id()}
    cast.world.line(cast.owner.id, {"type": "message", "message": message})
    return cast.owner.news()


def unsends(cast: Cast, id: str) -> list[str]:
    cast.world.line(cast.owner.id, {"type": "unsend", "unsend": {"messageId": id}})
    return cast.owner.news()


def statuses(cast: Cast) -> list[str]:
    with begin(cast.world.engine) as work:
        return list(work.session.scalars(select(Attachment.status).order_by(Attachment.id)))


def asked() -> Cast:
    """He tapped 返事をする under the staff's words."""
    cast = speaking()
    cast.owner.do("[返事をする]")
    cast.owner.news()
    return cast


def test_a_photo_goes_over_by_one_tap() -> None:
    """While a person speaks with him it waits for his yes; a second tap sends nothing twice."""
    cast = speaking()
    assert "佐藤に送りますか" in sends(cast)[-1]
    assert statuses(cast) == [OFFERED]
    assert "写真" not in cast.world.told("staff")[-1]
    assert "写真を1枚、担当の佐藤に送りました" in cast.owner.do("[この写真を送る]")[-1]
    assert statuses(cast) == [WANTED]
    assert "写真 1枚を受け取り中" in cast.world.told("staff")[-1]
    assert "見つかりません" in cast.owner.do("[この写真を送る]")[-1]
    assert statuses(cast) == [WANTED]


def test_several_photos_go_with_one_tap() -> None:
    """An album comes as many events; its last bubble sends all of it."""
    cast = speaking()
    for _ in range(3):
        sends(cast)
    cast.owner.do("[写真3枚を送る]")
    assert statuses(cast) == [WANTED] * 3


def test_a_photo_at_the_open_question_goes_at_once() -> None:
    """返事をする takes photos: each goes at once, and words may still follow, or not."""
    cast = speaking()
    assert "写真も送れます" in cast.owner.do("[返事をする]")[-1]
    assert "写真を1枚、担当の佐藤に送りました。言葉も添えますか？" in sends(cast)[-1]
    assert "写真を2枚" in sends(cast)[-1]
    assert statuses(cast) == [WANTED] * 2
    assert "佐藤に伝えました" in cast.owner.do("[これで終わり]")[-1]
    assert "← \n" not in cast.world.told("staff")[-1]


def test_words_follow_a_photo() -> None:
    """What he writes under it stands on the same card."""
    cast = asked()
    sends(cast)
    cast.owner.do("これが棚です")
    assert "← これが棚です" in cast.world.told("staff")[-1]
    assert "写真 1枚" in cast.world.told("staff")[-1]


def test_a_photo_opens_a_card_that_was_closed() -> None:
    """The staff had finished; his photo brings the card back with a time."""
    cast = asked()
    cast.staff.press("対応おわり")
    sends(cast)
    assert "未対応" in cast.world.told("staff")[-1]


@pytest.mark.parametrize(("kind", "called"), THINGS.items())
def test_what_no_question_takes_is_thanked_and_noted(kind: str, called: str) -> None:
    """No bytes are fetched; the question comes back, and the staff's card names what came."""
    cast = at(published)
    cast.owner.do("人と話す")  # a call is being arranged
    heard = sends(cast, kind)
    assert f"{called}が届きました" in "".join(heard)
    assert "お電話" in heard[-1]
    assert statuses(cast) == [NOTED]
    assert f"開かなかったもの：{called} 1件" in cast.world.told("staff")[-1]


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_what_comes_while_nothing_is_asked_is_thanked_and_noted(kind: str) -> None:
    """Outside any question nothing is lost without a word."""
    cast = at(published)
    assert f"{THINGS[kind]}が届きました" in "".join(sends(cast, kind))
    assert statuses(cast) == [NOTED]


def test_a_sticker_is_thanked_even_in_a_handover() -> None:
    """It is no thing that could not be opened."""
    cast = speaking()
    assert "ありがとうございます" in sends(cast, "sticker")[-1]
    assert statuses(cast) == []


def test_what_lies_long_ago_is_not_on_a_new_card() -> None:
    """A note serves two weeks."""
    cast = at(published)
    sends(cast, "video")
    cast.world.move(cast.world.now + timedelta(days=15))
    cast.owner.do("人と話す")
    assert Kind.VIDEO.value not in cast.world.told("staff")[-1]


def test_a_photo_taken_back_before_his_yes_is_gone() -> None:
    """The button finds nothing, and the staff never hear."""
    cast = speaking()
    before = len(cast.world.told("staff"))
    sends(cast, id="p1")
    assert "取り消しを受け取りました" in unsends(cast, "p1")[-1]
    assert "見つかりません" in cast.owner.do("[この写真を送る]")[-1]
    assert statuses(cast) == [GONE]
    assert len(cast.world.told("staff")) == before


def test_a_photo_taken_back_at_the_question_is_not_counted() -> None:
    """The question is asked again without it, and the card shows none."""
    cast = asked()
    sends(cast, id="p1")
    heard = unsends(cast, "p1")
    assert "何を伝えますか" in heard[-1]
    assert "これで終わり" not in [button.label for button in cast.world.seen[-1].message.buttons]
    assert "受け取り中" not in cast.world.told("staff")[-1]
    assert statuses(cast) == [GONE]


def test_a_photo_that_was_taken_back_before_it_came_is_dropped() -> None:
    """LINE may bring the unsend first."""
    cast = asked()
    unsends(cast, "p1")
    sends(cast, id="p1")
    assert statuses(cast) == []


def test_one_talk_takes_twenty() -> None:
    """More is thanked for and not fetched."""
    cast = asked()
    for _ in range(20):
        sends(cast)
    assert "ここでは開けない" in "".join(sends(cast))
    assert statuses(cast) == [WANTED] * 20


def test_a_button_of_somebody_else_sends_nothing() -> None:
    """The id in a button is a claim."""
    cast = speaking()
    sends(cast)
    payload = cast.owner.buttons("この写真を送る")[0].payload
    cast.world.line("Ustranger", {"type": "postback", "postback": {"data": payload}})
    assert statuses(cast) == [OFFERED]


def kept(cast: Cast) -> None:
    """Let the worker have fetched the one photo that is wanted."""
    with begin(cast.world.engine) as work:
        [photo] = work.session.scalars(select(Attachment))
        photo.status, photo.content = KEPT, b"jpeg"


def bytes_of(cast: Cast) -> list[bytes | None]:
    with begin(cast.world.engine) as work:
        return list(work.session.scalars(select(Attachment.content)))


def test_a_photo_goes_when_nothing_of_his_runs_any_more() -> None:
    """Kept while his posting is open, however long; when that is over the bytes are deleted within a month."""
    cast = asked()
    sends(cast)
    kept(cast)
    cast.world.move(cast.world.now + KEPT_FOR + timedelta(days=1))
    assert statuses(cast) == [KEPT]
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    cast.world.move(cast.world.now + LOOKED_AT_AGAIN)
    assert statuses(cast) == [OVER]
    assert bytes_of(cast) == [None]
