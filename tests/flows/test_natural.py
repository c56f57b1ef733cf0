"""Natural answers: what people really type is taken, and what may mean two things is asked."""

from __future__ import annotations

import pytest

from flows.errors import Unreadable
from flows.posting.paying import Pay
from flows.quantity import Clock, Hours, Weekday
from flows.questions import Option
from tests.flows.talk import DRAFT, HELLO, Talk

HOURS = Hours("月に何時間くらい？", least=5, most=80, examples=(10, 20, 30))
DAY = Weekday(
    "何曜日？", choices=tuple(Option(str(at), f"毎週{day}曜日") for at, day in enumerate("月火水木金"))
)
AT = Clock("何時から？", choices=("10:00", "10:30", "14:00"))


@pytest.mark.parametrize(
    ("words", "hours"),
    {"20": 20, "週に2回、1時間ずつ": 8, "１５、６時間": 15, "二週間に一ぺん半日": 8}.items(),
)
def test_hours_a_month_are_reckoned(words: str, hours: int) -> None:
    """How long and how often make the hours of a month."""
    assert HOURS.read(words) == hours


def test_how_often_alone_is_no_amount_of_hours() -> None:
    """「週に10回」 is asked again; it is not ten hours."""
    with pytest.raises(Unreadable):
        HOURS.read("週に10回")


def test_a_day_and_a_time_may_be_typed() -> None:
    """Of the six decisions, the weekly meeting's day and hour are read from words too."""
    assert (DAY.read("水よう"), AT.read("あさ10じ半"), AT.read("午後の2時")) == ("2", "10:30", "14:00")
    with pytest.raises(Unreadable, match="25時"):
        AT.read("25時")


def test_two_sums_far_apart_are_asked_about() -> None:
    """「5万か20万」 is no answer; the question names both."""
    with pytest.raises(Unreadable, match="5万円と20万円"):
        Pay("月いくらまで？").read("5万か20万")


def test_a_time_for_the_call_may_be_typed(talk: Talk) -> None:
    """「明日の10時半」 is promised as the half day it lies in."""
    talk.play(*HELLO, "人と話す", "明日の10じ半", "09012345678")
    assert "11/25(水)の午前ですね" in talk.heard[-2].text + talk.heard[-1].text


@pytest.mark.parametrize(
    ("words", "why"),
    {"25時": "25時という時刻はありません", "きのう": "過ぎた日", "2月30日": "2月30日はありません"}.items(),
)
def test_a_time_that_cannot_be_is_asked_again_with_the_reason(talk: Talk, words: str, why: str) -> None:
    """A day or an hour that does not exist, or has passed, is said so kindly; the talk goes on with a better one."""
    talk.play(*HELLO, "人と話す", words, "09012345678")
    assert why in "".join(message.text for message in talk.heard[-2:])
    assert "いつがよろしい" in talk.heard[-1].text
    talk.do("明日の10時")
    assert "11/25(水)の午前ですね" in shown(talk)


def test_hours_are_put_right_in_ones_own_way(talk: Talk) -> None:
    """At the draft 「週に2回、2時間ずつ」 becomes sixteen hours a month."""
    talk.play(*DRAFT, "[直す]", "[時間]", "週に2回、2時間ずつ")
    assert "月16時間" in talk.heard[-1].as_text()


WISH = "売掛の入金チェックに月16時間かかっとる、8万くらいなら出せる、相手は経理の高橋"
ROAD = ("[照らし合わせの手間]", "[毎週の未入金の一覧]")


def shown(talk: Talk) -> str:
    return "\n".join(message.as_text() for message in talk.heard)


def test_what_a_wish_told_is_asked_anew_when_the_wish_changes(talk: Talk) -> None:
    """Told answers live with the words that told them: another wish without them has its questions asked."""
    talk.play(*HELLO, WISH, *ROAD, "直す", "[やりたいこと]", "売掛の入金チェックが毎月しんどい")
    assert "月に何時間くらい" in talk.heard[-1].text
    talk.play("15時間")
    assert "どなたですか" in talk.heard[-1].text


def test_going_back_asks_what_was_really_asked(talk: Talk) -> None:
    """戻る leads to the last question he answered, not to one he never saw."""
    talk.play(*HELLO, WISH, *ROAD, "戻る")
    assert "3か月後" in talk.heard[-1].text


def test_an_answer_he_gives_himself_wins_over_one_he_told(talk: Talk) -> None:
    """Put right by 直す, the new pay stands in the draft, though the wish still says the old one."""
    talk.play(*HELLO, WISH, *ROAD, "直す", "[お支払い]", "5万", "卸を三代やってます。楽になりたい")
    assert "お相手に月5万円まで" in talk.heard[-1].as_text()


def test_one_reply_holds_all_that_is_said_back(talk: Talk) -> None:
    """However much he told at once, what comes back fits one reply of five bubbles."""
    said = talk.play(*HELLO, WISH, *ROAD)
    assert len(said) <= 5
    assert sum("？" in message.text for message in said) == 1


def test_money_is_nobody_to_go_along(talk: Talk) -> None:
    """「8万円」 to the question who goes along is not a person."""
    talk.play(*HELLO, "売掛の入金チェックが毎月しんどい", *ROAD, "15時間", "8万円")
    assert (
        talk.heard[-1].text
        == "お支払いのことは、このあとうかがいます。会社の中で、一緒に進めるのはどなたですか？"
    )


def test_a_share_of_few_gives_way_to_a_finished_state(talk: Talk) -> None:
    """Under thirty orders a month a share moves by chance: the win becomes a state, and he is told why."""
    talk.play(*HELLO, "ネットで見ても買ってくれない", "[写真がよくない]", "[買ってくれる割合を1割増]", "8件")
    assert "「売れ筋5品が新しくなる」を目標に" in shown(talk)
    talk.play("自分", "8万", "味噌屋です。遠くの人にも味わってほしい")
    assert "60日で売れ筋5品の写真と説明を直し" in talk.heard[-1].as_text()


def test_a_share_of_many_stays(talk: Talk) -> None:
    """From thirty a month on, the share he chose is his goal."""
    talk.play(
        *HELLO,
        "ネットで見ても買ってくれない",
        "[写真がよくない]",
        "[買ってくれる割合を1割増]",
        "200件",
        "自分",
        "8万",
    )
    assert "目標に、数は" not in shown(talk)


def test_a_share_is_not_offered_where_the_wish_told_how_few(talk: Talk) -> None:
    """Who said 「月に8件」 in his wish is offered the finished state only."""
    talk.play(*HELLO, "ネットで見ても買ってくれない。注文は月8件", "[写真がよくない]")
    assert "買ってくれる割合を1割増" not in talk.labels()
    assert "売れ筋5品が新しくなる" in talk.labels()


def test_a_small_number_is_shown_and_not_judged(talk: Talk) -> None:
    """The staff read beside a small number that it is no measure of success."""
    firm = ("[これでよい]", "丸山商店 長野県飯田市本町1-2", "0265-00-9999", "[自分が決める]")
    talk.play(
        *HELLO,
        "ネットで見ても買ってくれない",
        "[写真がよくない]",
        "[売れ筋5品が新しくなる]",
        "8件",
        "自分",
        "8万",
    )
    talk.play("味噌屋です。遠くの人にも味わってほしい", *firm)
    card = next(item.message for item in reversed(talk.seen) if item.message.card)
    assert "少ない数は運でも動く" in card.as_text()


OTHER = ("やっぱり在庫のことにする", "[変える]", "[多すぎる]", "[数え方をそろえる]", "300品")


def test_another_wish_at_the_preview_is_asked_about_once(talk: Talk) -> None:
    """One kind question with two buttons, before anything is changed."""
    talk.play(*DRAFT, OTHER[0])
    assert "「在庫のこと」に変えますか？" in talk.heard[-1].text
    assert talk.labels() == ["変える", "このまま"]
    talk.do("[このまま]")
    assert "売掛金の管理" in talk.heard[-1].as_text()


def test_another_wish_keeps_what_still_fits(talk: Talk) -> None:
    """Who goes along, the pay and his own words stay; only what is about the work is asked again."""
    said = talk.play(*DRAFT, *OTHER)
    draft = said[-1].as_text()
    assert "在庫の持ち方" in draft
    assert "経理の担当の方" in draft
    assert "月8万円まで" in draft
    assert "卸を三代やってます" in draft


def test_what_only_the_old_wish_told_is_kept(talk: Talk) -> None:
    """Pay and partner told in the first wish are not asked when another takes its place."""
    talk.play(*HELLO, WISH, *ROAD, "卸を三代やってます。楽になりたい", *OTHER)
    draft = talk.heard[-1].as_text()
    assert "月8万円まで" in draft
    assert "どなたですか" not in shown(talk)


def test_a_headline_put_right_for_the_old_work_is_not_kept_for_the_new(talk: Talk) -> None:
    """A title he wrote for the old work goes with it; a pay he put right stays."""
    talk.play(*DRAFT, "[直す]", "[題名]", "入金の確認を楽に", "[直す]", "[お支払い]", "10万", *OTHER)
    draft = talk.heard[-1].as_text()
    assert "入金の確認を楽に" not in draft
    assert "月10万円まで" in draft


def test_another_wish_is_taken_once(talk: Talk) -> None:
    """A second tap on 変える changes nothing more."""
    talk.play(*DRAFT, OTHER[0], "[変える]", "[変える]")
    assert "どれに近いですか" in talk.heard[-1].text
    assert talk.world.flows_of(talk.owner).count("posting") == 1


OWN = "うちは味噌屋です。若い女性限定でお願いします"


def test_what_no_posting_may_say_is_asked_about_once(talk: Talk) -> None:
    """A sentence that picks people by age or sex is left out when he says so; the rest is shown as he typed it."""
    talk.play(*DRAFT[:-1], OWN)
    assert "その文だけ外しても" in talk.heard[-1].text
    draft = talk.do("[その文だけ外す]")[-1].as_text()
    assert "うちは味噌屋です" in draft
    assert "女性限定" not in draft


def test_it_may_be_said_otherwise(talk: Talk) -> None:
    """What he really needs takes the place of the sentence, by one plain question."""
    talk.play(*DRAFT[:-1], OWN, "[言いかえる]")
    assert "どんな経験のある方" in talk.heard[-1].text
    assert "写真の経験がある方がうれしい" in talk.do("写真の経験がある方がうれしい")[-1].as_text()


def test_a_goal_typed_with_both_numbers_tells_today_too(talk: Talk) -> None:
    """「月20時間を10時間にしたい」 as the goal is not followed by asking how it is today."""
    talk.play(*HELLO, "売掛の入金チェックが毎月しんどい", ROAD[0], "月20時間を10時間にしたい")
    assert "どなたですか" in talk.heard[-1].text


@pytest.mark.parametrize("words", ["どっちでもええ", "お任せします"])
def test_either_will_do(talk: Talk, words: str) -> None:
    """Who does not mind which goal gets the first one, and no question about numbers."""
    talk.play(*HELLO, "売掛の入金チェックが毎月しんどい", ROAD[0], words)
    assert "最初の目標にしましょう" in shown(talk)


def test_a_number_is_shown_without_the_talk_around_it(talk: Talk) -> None:
    """「十五六時間やな」 stands in the draft as the number it is."""
    talk.play(
        *HELLO,
        "売掛の入金チェックが毎月しんどい",
        *ROAD,
        "十五六時間やな。相手は経理の高橋",
        "８万",
        "楽になりたい",
    )
    assert "月に十五六時間\n" in talk.heard[-1].as_text()


@pytest.mark.parametrize("far", [4, 5, 6, 7])
def test_another_wish_is_heard_on_the_way_too(talk: Talk, far: int) -> None:
    """Whatever is being asked, 「やっぱり在庫のことにする」 is no goal, no number and nobody's name."""
    talk.play(*DRAFT[:far], OTHER[0])
    assert "「在庫のこと」に変えますか？" in talk.heard[-1].text
    talk.do("[変える]")
    assert "困っているのは、どれに近いですか？" in talk.heard[-1].text


def test_a_label_is_an_answer_however_it_begins(talk: Talk) -> None:
    """「やっぱり毎週の未入金の一覧にする」 chooses that button."""
    talk.play(*DRAFT[:4], "やっぱり毎週の未入金の一覧にする")
    assert "「毎週の未入金の一覧」を、最初の目標にしましょう" in shown(talk)


def test_pay_beside_the_partner_hides_neither(talk: Talk) -> None:
    """Who names his partner and the pay in one message sees both said back, the lower end of a range for the pay."""
    said = talk.play(
        *HELLO,
        "売掛の入金チェックが毎月しんどい",
        *ROAD,
        "15時間",
        "専務の中村が一緒にやります。月に7、8万くらい払えます",
    )
    assert [message.text[:10] for message in said[:2]] == ["中村さんですね。", "お支払いは月7万円まで"[:10]]
