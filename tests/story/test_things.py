"""Photos and files between the two: by their own doing, looked into first, in order, and gone when they are taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from bot.arrivals import Arrived
from bot.fetching import PLATFORM, prepared
from bot.pages.pictures import NoPicture
from flows.rules.lint.papers import MOST_BYTES, Unfit, Why
from storage.attachments import GONE, KEPT, LOST, NOTED, OFFERED, OVER, Attachment
from storage.unit_of_work import begin
from tests.bot.test_pictures import jpeg
from tests.rules.test_papers import PDF
from tests.story.stages import Cast
from tests.story.test_amending import FIRST, LATE, SECOND
from tests.story.test_one_talk import end, opened, pushed
from tests.story.world import MORI, Member

PHOTO = jpeg((64, 48))
ADDRESS = "https://bot.example.com/p"


def pair() -> Cast:
    """Give a pair at work, where what they send each other has an address."""
    cast = opened()
    cast.world.rules = replace(cast.world.rules, page_url=lambda kind, id, _: f"{ADDRESS}/{kind}/{id.hex}")
    return cast


def sends(cast: Cast, kind: str = "image", id: str = "", **more: object) -> list[str]:
    message = {"type": kind, "id": id or cast.world.message_id(), **more}
    cast.world.line(cast.owner.id, {"type": "message", "message": message})
    return cast.owner.news()


def shares(cast: Cast, *names: str, text: str = "", ts: str = FIRST, size: int = 1_000) -> list[str]:
    """Let the talent put files into his thread."""
    files = [
        {
            "id": f"F{number}",
            "name": name,
            "size": size,
            "mimetype": "image/jpeg" if name.endswith("jpg") else "x/y",
        }
        for number, name in enumerate(names)
    ]
    cast.talent._keep(
        cast.world.dm(
            cast.talent.id, text, thread_ts=cast.talent._thread(), ts=ts, subtype="file_share", files=files
        )
    )
    return cast.talent.news()


def arrive(cast: Cast, given: bytes | dict[str, bytes] = PHOTO, most: int = 30) -> None:
    """Let the worker bring what is wanted: the same bytes for all of it, or for what comes of one platform."""
    with begin(cast.world.engine) as work:
        rows = work.attachments.claim(cast.world.now, most)
    for row in rows:
        status, kept, form, why = KEPT, b"", "", ""
        content = given if isinstance(given, bytes) else given[row.platform]
        try:
            form, kept = prepared(row, content)
        except Unfit as no:
            status, why = LOST, no.why.name
        except NoPicture:
            status, why = LOST, Why.BROKEN.name
        with begin(cast.world.engine) as work:
            assert work.attachments.end(row.id, row.attempts, status, kept or None, form, why)
        body = {"attachment": row.id.hex}
        cast.world.take(Arrived(PLATFORM, f"{row.id.hex}.1", "", "fetched", body, cast.world.now))
        cast.world.flush()


def held(cast: Cast) -> list[Attachment]:
    with begin(cast.world.engine) as work:
        rows = select(Attachment).options(undefer(Attachment.content)).order_by(Attachment.id)
        return list(work.session.scalars(rows))


def test_a_photo_at_the_question_is_seen_in_the_thread() -> None:
    """お相手に伝える takes photos: it goes once it is here, with his name, and words may follow it or not."""
    cast = pair()
    assert "写真やファイルも送れます。何を伝えますか？" in cast.owner.do("[お相手に伝える]")[-1]
    assert sends(cast)[-1] == "1件、高橋さんに送ります。言葉も添えますか？"
    assert "写真" not in "".join(cast.talent.news())
    cast.owner.do("この棚です")
    assert cast.talent.news() == []  # his words wait behind it
    arrive(cast)
    assert cast.talent.news() == ["丸山商店の社長から：写真です。", "丸山商店の社長から：「この棚です」"]
    shown = [item.message.picture for item in cast.world.seen if item.to == cast.talent.id][-2]
    assert shown is not None
    assert shown.url == f"{ADDRESS}/file/{held(cast)[0].id.hex}"
    cast.owner.do("[お相手に伝える]")
    sends(cast)
    assert cast.owner.do("[これで終わり]") == ["承知しました。"]


def test_a_photo_out_of_nowhere_goes_by_one_tap() -> None:
    """Nothing was asked: he is asked whether it is for his professional; an album goes together, a second tap finds none."""
    cast = pair()
    assert sends(cast)[-1] == "写真ですね。高橋さんに送りますか？"
    assert "2件まとめて" in sends(cast)[-1]
    assert [row.status for row in held(cast)] == [OFFERED] * 2
    assert cast.owner.do("[高橋さんに送る]") == ["2件、高橋さんに送ります。"]
    assert "見つかりません" in cast.owner.do("[高橋さんに送る]")[-1]
    arrive(cast)
    assert cast.talent.news().count("丸山商店の社長から：写真です。") == 2
    assert "動画が届きました" in "".join(sends(cast, "video"))
    assert held(cast)[-1].status == NOTED


def test_a_file_from_line_opens_with_name_and_size() -> None:
    """A PDF goes over as a link that says what it is."""
    cast = pair()
    cast.owner.do("[お相手に伝える]")
    sends(cast, "file", fileName="見積書.pdf", fileSize=len(PDF))
    arrive(cast, PDF)
    assert cast.talent.news()[-1] == "丸山商店の社長から：ファイルです。見積書.pdf(1KB)"
    assert cast.talent.buttons("ファイルを開く")[0].url.startswith(f"{ADDRESS}/file/")


def test_what_the_talent_shares_rides_with_its_caption_in_order() -> None:
    """Words, a photo with words, words: on LINE in this order, the photo itself in the free reply."""
    cast = pair()
    cast.talent.writes("おはようございます", ts=FIRST)
    cast.owner.news()
    shares(cast, "棚.jpg", text="この棚はどうですか", ts=SECOND)
    cast.talent.writes("返事はいつでも", ts=LATE)
    heard = cast.owner.do("今の状況")
    assert heard[0] == "高橋さんから：「おはようございます」"
    assert "棚は" not in "".join(heard)  # the photo is not here yet, and what follows waits for it
    arrive(cast)
    heard = cast.owner.do("今の状況")
    assert heard[0] == "高橋さんから：写真です。\n「この棚はどうですか」\n「返事はいつでも」"
    [seen] = [item for item in cast.world.seen if item.text == heard[0]]
    assert seen.message.picture is not None
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))


def test_two_files_of_one_message_are_two_links() -> None:
    """Several in one bubble, each with its own button that opens outside LINE."""
    cast = pair()
    assert "お預かりしました" in shares(cast, "a.pdf", "b.pdf")[-1]
    arrive(cast, PDF)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：ファイルです。a.pdf(1KB)\nファイルです。b.pdf(1KB)"
    assert cast.owner.buttons("ファイルを開く 1")[0].url.endswith("?openExternalBrowser=1")
    assert cast.owner.buttons("ファイルを開く 2")


def test_the_weeks_notice_takes_a_photo_along_as_a_link() -> None:
    """He is silent: one push, and in it a button that shows the photo."""
    cast = pair()
    shares(cast, "棚.jpg", text="この棚です")
    arrive(cast)
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    assert pushed(cast) == ["高橋さんから：写真です。\n「この棚です」"]
    assert cast.owner.buttons("写真を見る")


def test_an_urgent_caption_waits_for_its_photo_and_is_one_push() -> None:
    """急ぎ with a photo: both leave together when it is here, once."""
    cast = pair()
    assert "お届けします" in shares(cast, "棚.jpg", text="急ぎ：この棚で合っていますか")[-1]
    cast.world.move(cast.world.now + timedelta(minutes=1))
    assert pushed(cast) == []
    arrive(cast)
    cast.world.move(cast.world.now + timedelta(hours=14))
    assert pushed(cast) == ["高橋さんから：写真です。\n「急ぎ：この棚で合っていますか」"]
    assert cast.owner.buttons("写真を見る")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("道具.exe", PDF, "プログラムの形"),
        ("まとめ.zip", PDF, "一つずつ"),
        ("表.xlsm", PDF, "しかけ"),
        ("古い表.xls", PDF, "PDFにして"),
        ("見積.pdf", b"MZ\x90\x00", "プログラムの形"),  # only its bytes say it
        ("見積.pdf", b"", "空でした"),
        ("棚.jpg", b"\xff\xd8\xff broken", "うまく開けません"),
    ],
)
def test_what_could_do_harm_is_refused_and_nothing_else_is_lost(name: str, content: bytes, said: str) -> None:
    """By name at once, by bytes when it is here: its sender reads why, and his words go over all the same."""
    cast = pair()
    shares(cast, name, text="見てください")
    arrive(cast, content)
    assert said in cast.talent.said
    assert f"「{name}」は届けていません" in cast.talent.said
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「見てください」"
    assert not any(row.content for row in held(cast))
    assert cast.owner.buttons("ファイルを開く") == []


def test_twenty_megabytes_are_refused_kindly_on_both_sides() -> None:
    """The size is told before anything is fetched; the question stays open for what he says instead."""
    cast = pair()
    assert "10MBまで" in shares(cast, "動画みたいな写真.jpg", text="大きいです", size=20 << 20)[0]
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「大きいです」"
    cast.owner.do("[お相手に伝える]")
    heard = sends(cast, "file", fileName="図面.pdf", fileSize=20 << 20)
    assert "10MBまで" in "".join(heard)
    assert "何を伝えますか" in heard[-1]
    assert held(cast) == []
    cast.owner.do("では言葉で")
    assert "では言葉で" in cast.talent.said
    shares(cast, "図面.pdf", ts=SECOND)
    arrive(cast, PDF.ljust(MOST_BYTES + 1))  # it was larger than it said
    assert "10MBまで" in cast.talent.said.split("図面.pdf")[-1]


def test_a_photo_taken_back_on_line_goes_from_the_thread_with_its_bytes() -> None:
    """Unsend: the bytes go, the message in Slack is changed, and the staff hear that it may have been seen."""
    cast = pair()
    cast.owner.do("[お相手に伝える]")
    sends(cast, id="m-photo")
    arrive(cast)
    cast.world.line(cast.owner.id, {"type": "unsend", "unsend": {"messageId": "m-photo"}})
    assert "もう見ているかもしれません" in "".join(cast.owner.news())
    [row] = held(cast)
    assert (row.status, row.content) == (GONE, None)
    assert cast.world.told(cast.talent.id)[-1] == "(取り消されました)"
    assert any("写真を取り消しました" in text for text in cast.world.told("staff"))


def test_a_photo_taken_back_on_its_way_never_arrives() -> None:
    """Unsent before it was fetched: nothing crosses, and what he wrote after it still does."""
    cast = pair()
    cast.owner.do("[お相手に伝える]")
    sends(cast, id="m-photo")
    cast.owner.do("この棚です")
    cast.world.line(cast.owner.id, {"type": "unsend", "unsend": {"messageId": "m-photo"}})
    arrive(cast)
    cast.owner.play("[お相手に伝える]", "写真はあとで")
    assert "写真です" not in cast.talent.said
    assert "「この棚です」" in cast.talent.said


def test_a_message_with_a_file_deleted_in_slack_takes_the_file_along() -> None:
    """Waiting, it never arrives; read on LINE, its link shows nothing more and he hears that it was taken back."""
    cast = pair()
    shares(cast, "a.pdf", text="見てください")
    arrive(cast, PDF)
    assert cast.talent.changes(FIRST) == ["取り消しました。お相手には届きません。"]
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))
    shares(cast, "b.jpg", ts=SECOND)
    arrive(cast)
    cast.owner.do("今の状況")
    cast.talent.changes(SECOND)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：(前の写真を一つ、取り消されました)"
    assert {row.status for row in held(cast)} == {GONE}
    assert not any(row.content or row.name for row in held(cast))


def test_a_file_deleted_from_under_its_message_leaves_the_words() -> None:
    """Slack leaves the message with a stone where the file was: the bytes go, the caption stays."""
    cast = pair()
    shares(cast, "a.pdf", text="見てください")
    arrive(cast, PDF)
    more = {"files": [{"id": "F0", "mode": "tombstone"}], "edited": None}
    cast.talent.changes(FIRST, "見てください", more=more)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「見てください」"
    assert held(cast)[0].content is None


def test_words_added_to_a_file_later_cross_as_words() -> None:
    """A file without a caption, edited to have one."""
    cast = pair()
    shares(cast, "a.pdf")
    cast.talent.changes(FIRST, "これが見積です")
    arrive(cast, PDF)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：ファイルです。a.pdf(1KB)\n「これが見積です」"


def test_a_caption_with_signs_of_fraud_stops_the_file_too() -> None:
    """Nothing of it crosses; the staff can open what was stopped."""
    cast = pair()
    shares(cast, "請求.pdf", text="先に手付を振り込んでいただけますか")
    arrive(cast, PDF)
    assert "お届けできません" in cast.talent.said
    cast.owner.do("今の状況")
    assert pushed(cast) == []
    card = [item for item in cast.world.seen if item.to == "staff" and "お二人のやりとり：" in item.text][-1]
    assert "止めました" in card.text
    assert card.message.buttons[0].label.startswith("ファイル：請求.pdf")


def test_the_staff_can_open_what_went_over() -> None:
    """The card of the two names the photo and has a button for it."""
    cast = pair()
    cast.owner.do("[お相手に伝える]")
    sends(cast)
    assert "受け取り中" in cast.world.told("staff")[-1]
    arrive(cast)
    card = [item for item in cast.world.seen if item.to == "staff"][-1]
    assert "会社(写真、" in card.text
    assert card.message.buttons[0].url.startswith(f"{ADDRESS}/file/")


def test_a_long_caption_stays_and_the_file_goes() -> None:
    """5,000 characters are asked for in parts; the file they came with is not lost."""
    cast = pair()
    assert any("500文字まで" in text for text in shares(cast, "a.pdf", text="あ" * 5_000))
    arrive(cast, PDF)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：ファイルです。a.pdf(1KB)"


def test_who_sends_too_much_in_a_day_is_asked_to_wait() -> None:
    """Thirty a day; the next is refused kindly."""
    cast = pair()
    for number in range(3):
        shares(cast, *(f"{number}{n}.pdf" for n in range(10)), ts=f"18000010{number}0.000100")
    assert "30枚まで" in shares(cast, "more.pdf", ts=LATE)[-1]
    assert len(held(cast)) == 30


def test_after_the_end_and_from_strangers_nothing_crosses() -> None:
    """An ended engagement, another's thread, the talk with the bot: kept nowhere, told kindly."""
    cast = pair()
    stranger = Member(cast.world, MORI)
    cast.world.dm(MORI, "", thread_ts=cast.talent._thread(), subtype="file_share", files=[{"id": "F9"}])
    assert "受け取れません" in stranger.said
    cast.world.dm(cast.talent.id, "", subtype="file_share", files=[{"id": "F8"}])
    assert "お相手とのスレッドに置いてください" in cast.talent.news()[-1]
    end(cast)
    assert "終わっています" in shares(cast, "a.pdf")[-1]
    assert "送りますか" not in "".join(sends(cast))
    assert [row.status for row in held(cast)] == [NOTED]


def test_without_an_address_of_ours_it_is_said_and_nothing_is_fetched() -> None:
    """No public https address: the question takes words alone, and a file in the thread is answered kindly."""
    cast = opened()
    assert cast.owner.do("[お相手に伝える]")[-1] == "何を伝えますか？"
    cast.owner.do("言葉だけです")
    assert "いまここでは届けられません" in shares(cast, "a.pdf")[-1]
    assert held(cast) == []


def test_what_was_sent_is_kept_three_months_and_while_the_work_runs() -> None:
    """As photos are: when nothing of his runs any more the bytes go, and the link shows nothing."""
    cast = pair()
    shares(cast, "a.pdf")
    arrive(cast, PDF)
    cast.owner.do("今の状況")
    cast.world.move(cast.world.now + timedelta(days=91))
    assert held(cast)[0].status == KEPT
    end(cast)
    cast.world.move(cast.world.now + timedelta(days=31))
    assert (held(cast)[0].status, held(cast)[0].content) == (OVER, None)
