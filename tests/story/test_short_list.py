"""The short list on LINE: a few at a time, reasons in plain words, nobody forgotten, and one question when all are declined."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.line.render import safe as draw
from flows.rules.calendar import JST, say_day
from flows.rules.coach.plain import jargon
from flows.rules.match.slots import NEVER
from storage.postings import Posting, PostingChange, State
from storage.talents import Application, Stage, Talent
from storage.unit_of_work import begin
from tests.flows.voice import faults
from tests.story.applicants import applies, decks, stages, tap_on
from tests.story.stages import APPLY, Cast, at, listed, new_cast, noon_after, publish, published, register
from tests.story.world import MARUYAMA, Member, Owner

DAY = timedelta(days=1)


def three(cast: Cast) -> Cast:
    """Three apply: the list comes at once."""
    for number in range(3):
        applies(cast, number)
    cast.world.move(cast.world.now + timedelta(hours=1))
    return cast


def decline(cast: Cast, family: str) -> list[str]:
    tap_on(cast, "見送る", family)
    return cast.owner.do("[時間が合わない]")


def posting(cast: Cast) -> Posting:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Posting)).one()


def test_three_applications_make_a_list_at_once() -> None:
    """Nobody waits for day 10 when three have applied; two do."""
    cast = at(published)
    applies(cast, 0)
    applies(cast, 1)
    assert decks(cast) == []
    applies(cast, 2)
    cast.world.move(cast.world.now + timedelta(hours=1))
    assert [len(deck) for deck in decks(cast)] == [3]
    assert "3人の方から応募がありました。会ってみたい方を選んでください。" in cast.owner.said


def test_day_ten_shows_whoever_has_applied() -> None:
    """Not on day 7, but by day 10 with the weekend; the applicant was told until when."""
    cast = at(published)
    him = applies(cast, 0)
    cast.world.move(cast.world.now + 8 * DAY)
    assert decks(cast) == []
    cast.world.move(noon_after(cast.world.now, 3))
    assert decks(cast) == [["森"]]
    [told] = [text for text in him.news() if "遅くとも" in text]
    shown = next(item.at for item in cast.world.seen if item.message.deck and item.to == cast.owner.id)
    assert say_day(shown.astimezone(JST).date()) in told


def test_the_card_says_all_an_owner_needs_in_plain_words() -> None:
    """What he does first, why this place, the price with the fee, the slot; no number of ours, no jargon, no score."""
    cast = at(listed)
    [card] = [
        item.message.deck[0] for item in cast.world.seen if item.to == cast.owner.id and item.message.deck
    ]
    assert card.card is not None
    rows = {line.label: line.text for line in card.card.lines}
    assert rows["この方が最初にすること"] == "最初の週に、いまの照合をそばで見ます。"
    assert rows["この土地とのご縁"] == "長野に毎年通っています"
    assert rows["打ち合わせのできる時間"] == "水 10:00-12:00"
    assert rows["時間とお支払い"] == "月20時間・月7万円(手数料と合わせて月11万円)"
    assert rows["合うところ"].startswith("・")
    assert [button.label for button in card.buttons] == ["会ってみたい", "聞きたい", "見送る"]
    assert list(faults(card)) == []
    assert not jargon(rows["合うところ"])
    assert "点" not in rows["合うところ"]


def six(cast: Cast) -> Cast:
    """Three more apply while three cards lie before the owner."""
    three(cast)
    for number in (3, 4, 5):
        applies(cast, number)
    cast.world.move(cast.world.now + timedelta(hours=1))
    cast.owner.news()
    return cast


def test_more_come_by_his_tap() -> None:
    """The next three do not push; with his first answer he reads of them, and his tap shows them, nobody twice."""
    cast = six(at(published))
    assert [len(deck) for deck in decks(cast)] == [3]
    assert "ほかに3人の方がいます。" in decline(cast, decks(cast)[0][0])[-1]
    said = cast.owner.do("[ほかの方も見る]")
    assert "ほかの3人の方です。会ってみたい方を選んでください。" in said[0]
    assert [len(deck) for deck in decks(cast)] == [3, 3]
    assert len({name for deck in decks(cast) for name in deck}) == 6
    again = cast.owner.do("[ほかの方も見る]")
    assert "5人の方が、お返事を待っています。" in again[0]
    assert [len(deck) for deck in decks(cast)] == [3, 3, 5]


def test_late_ones_come_a_week_later_by_themselves() -> None:
    """He does nothing: the three new ones are shown with the next list, as new."""
    cast = six(at(published))
    cast.world.move(noon_after(cast.world.now, 10))
    assert [len(deck) for deck in decks(cast)] == [3, 3]
    assert "新しく3人の方から応募がありました。" in cast.owner.said


def test_a_no_to_all_shown_brings_the_others_by_itself() -> None:
    """He declines the first three: the next three are shown without a tap, and he is not asked why yet."""
    cast = six(at(published))
    for family in decks(cast)[0]:
        said = decline(cast, family)
    assert [len(deck) for deck in decks(cast)] == [3, 3]
    assert "どこがちがいましたか" not in cast.owner.said
    assert "ほかの3人の方です。" in "".join(said)


def test_all_declined_is_one_question_and_the_posting_is_put_right() -> None:
    """Why, by a tap or in his words; the staff have the posting back with them; it opens again where it hung."""
    cast = three(at(published))
    for family in decks(cast)[0]:
        said = decline(cast, family)
    assert said[-1] == "みなさん見送りですね。思っていた方と、どこがちがいましたか？"
    said = cast.owner.do("もう少し、味噌に詳しい方がよかった")
    assert "佐藤と一緒に、募集を少し見直しましょう" in said[-1]
    assert posting(cast).state == State.REVIEW.name
    review = [text for text in cast.world.told("staff") if "味噌に詳しい" in text]
    assert "応募の方々を見送ったわけ" in review[-1]
    hung = [item for item in cast.world.seen if item.to == "postings"][-1]
    assert "いま少し直しています" in hung.text
    before = len([item for item in cast.world.seen if item.to == "postings"])
    cast.staff.press("公開する")
    assert posting(cast).state == State.OPEN.name
    cast.world.move(noon_after(cast.world.now, 1))
    assert "募集をもう一度始めました" in cast.owner.said
    again = [item for item in cast.world.seen if item.to == "postings"][before:]
    assert {item.subject for item in again} == {f"posting:{posting(cast).id.hex}"}
    assert "関心あり" in [button.label for button in again[-1].message.buttons]
    with begin(cast.world.engine) as work:
        moved = select(PostingChange.to_state).where(PostingChange.from_state != PostingChange.to_state)
        moves = work.session.scalars(moved.order_by(PostingChange.id))
        assert list(moves)[-2:] == [State.REVIEW.name, State.OPEN.name]


def test_an_owner_may_simply_wait_for_more() -> None:
    """このまま待つ: nothing is changed, and the next applicant is shown."""
    cast = three(at(published))
    for family in decks(cast)[0]:
        decline(cast, family)
    assert "承知しました" in cast.owner.do("[このまま、もう少し待つ]")[-1]
    assert posting(cast).state == State.OPEN.name
    applies(cast, 4)
    cast.world.move(noon_after(cast.world.now, 18))
    assert decks(cast)[-1] == ["沢"]


def test_somebody_applies_while_he_thinks_why() -> None:
    """His answer comes after a new application: nothing is taken down, the new one is shown in time."""
    cast = three(at(published))
    for family in decks(cast)[0]:
        decline(cast, family)
    applies(cast, 4)
    said = cast.owner.do("[お支払いが合わない]")
    assert posting(cast).state == State.OPEN.name
    assert "新しい方から応募がありました" in "".join(said)
    assert decks(cast)[-1] == ["沢"]


def test_an_old_answer_why_changes_nothing() -> None:
    """The staff closed the posting meanwhile: a kind word, and it stays closed."""
    cast = three(at(published))
    for family in decks(cast)[0]:
        decline(cast, family)
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    assert "もう次に進んでいます" in cast.owner.do("[時間が合わない]")[-1]
    assert posting(cast).state == State.CLOSED.name


# --- hard limits


def test_who_is_barred_is_told_to_the_staff_once() -> None:
    """Evenings only, by an older profile: not in the list of day 10; the staff have one card, with name and reason."""
    cast = at(published)
    him = Member(cast.world, "U0APPLICANT0")
    register(him, me__NAME="森 太郎")
    with begin(cast.world.engine) as work:
        work.session.execute(update(Talent).values(slots="水 20:00-22:00", times=NEVER))
    him.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 11))
    assert decks(cast) == []
    cards = [item for item in cast.world.seen if item.to == "staff" and item.subject.startswith("barred:")]
    assert len(cards) == 1
    assert "時間" in cards[0].text
    assert "森 太郎さん" in cards[0].text


def test_a_barred_applicant_is_shown_when_the_staff_say_so() -> None:
    """Let in, he stands in the next list; the card has no buttons any more; a second tap is answered."""
    cast = at(published)
    applies(cast, 0, terms__PAY="500000")
    assert stages(cast) == {"森": Stage.APPLIED.name}
    cast.staff.press("社長に見せる")
    assert "もう次に進んでいます" in cast.staff.press("社長に見せる").notice
    cast.world.move(noon_after(cast.world.now, 11))
    assert decks(cast) == [["森"]]


def test_a_barred_applicant_is_declined_kindly() -> None:
    """ていねいに見送る: the talent reads a reason class; the owner is asked nothing, having seen nobody."""
    cast = at(published)
    him = applies(cast, 0, terms__PAY="500000")
    cast.staff.press("ていねいに見送る")
    cast.staff.press("条件が合わない")
    assert "わけは「条件が合わない」" in him.said
    assert stages(cast) == {"森": Stage.DECLINED.name}
    assert "どこがちがいましたか" not in cast.owner.said


def test_a_barred_applicant_is_not_forgotten() -> None:
    """Nobody decides for two weeks: he is free, and hears why."""
    cast = at(published)
    him = applies(cast, 0, terms__PAY="500000")
    cast.world.move(noon_after(cast.world.now, 15))
    assert "社長にお見せできませんでした" in him.said
    assert stages(cast) == {"森": Stage.RELEASED.name}
    assert "今回はここまで" not in cast.owner.said


def test_letting_in_is_the_staff_s() -> None:
    """The button in a talent's or an owner's hand is refused."""
    cast = at(published)
    him = applies(cast, 0, terms__PAY="500000")
    [button] = cast.staff.buttons("社長に見せる", "staff")[:1]
    assert "運営スタッフだけ" in him.tap(button.payload).notice
    assert "運営スタッフだけ" in cast.owner.tap(button.payload)[-1]


# --- nobody waits without end


def test_an_owner_who_is_silent() -> None:
    """Day 2 a gentle word, day 3 the staff ring, day 5 the applicants hear of it, day 14 they are free, with the reason."""
    cast = three(at(published))
    him = cast.world.told("U0APPLICANT0")
    assert "お返事を待っています" not in "".join(him)
    cast.world.move(noon_after(cast.world.now, 4))
    assert cast.owner.said.count("3人の方が、お返事を待っています。会ってみたい方はいますか？") == 1
    rung = [text for text in cast.world.told("staff") if "3日お返事がありません" in text]
    assert rung
    cast.world.move(noon_after(cast.world.now, 3))
    assert "社長のお返事を待っています" in "".join(cast.world.told("U0APPLICANT0"))
    cast.world.move(noon_after(cast.world.now, 9))
    for number in range(3):
        told = [text for text in cast.world.told(f"U0APPLICANT{number}") if "2週間たっても" in text]
        assert len(told) == 1
    assert set(stages(cast).values()) == {Stage.RELEASED.name}
    assert cast.owner.said.count("今回はここまで」とお伝えしました") == 1
    assert "お返事がないまま終わりました" in cast.owner.do("[会ってみたい]")[-1]


def test_whoever_waited_in_vain_may_apply_again() -> None:
    """The posting is still open: 関心あり takes him in once more, as somebody new in the list."""
    cast = at(published)
    him = applies(cast, 0, terms__PAY="500000")
    cast.world.move(noon_after(cast.world.now, 15))
    him.home()
    him.press("自己紹介を直す")
    him.fill({})
    him.fill({})
    him.fill({"terms.PAY": "70000"})
    him.press("関心あり")
    him.fill(
        {"apply.WHY": "もう一度", "apply.HOW": "数えます", "apply.EXPERIENCE": "5年", "apply.READY": "YES"}
    )
    assert stages(cast) == {"森": Stage.APPLIED.name}
    cast.world.move(noon_after(cast.world.now, 11))
    assert decks(cast) == [["森"]]


def test_an_owner_who_answers_is_not_rung_up() -> None:
    """聞きたい on the first day: no word on day 2, no card on day 3 after it."""
    cast = three(at(published))
    tap_on(cast, "聞きたい", decks(cast)[0][0])
    cast.owner.do("味噌は好きですか")
    cast.world.move(cast.world.now + DAY)
    assert "お返事を待っています" not in cast.owner.said
    assert not [text for text in cast.world.told("staff") if "3日お返事がありません" in text]


def test_the_staff_s_card_goes_when_he_looks_again() -> None:
    """Rung up, he opens the cards again: the card is done, and the same people are before him."""
    cast = three(at(published))
    cast.world.move(noon_after(cast.world.now, 4))
    cast.owner.do("[もう一度見る]")
    assert sorted(decks(cast)[-1]) == sorted(decks(cast)[0])
    last = [item.text for item in cast.world.seen if item.to == "staff" and item.subject.startswith("task:")][
        -1
    ]
    assert "対応おわり" in last


# --- foreign hands


def test_another_owner_sees_nobody() -> None:
    """ほかの方も見る and もう一度見る of another's posting are refused."""
    cast = six(at(published))
    stranger = Owner(cast.world, MARUYAMA)
    stranger.play("(友だち追加)")
    decline(cast, decks(cast)[0][0])
    [button] = cast.owner.buttons("ほかの方も見る")[:1]
    assert "使えませんでした" in stranger.tap(button.payload)[-1]
    assert len(decks(cast)) == 1


def test_every_deck_can_be_drawn_on_line() -> None:
    """Five cards of people who wrote as much as they may stay within LINE's limits, or come one by one."""
    cast = at(published)
    for number in range(5):
        applies(
            cast, number, me__BY_HAND="写真を直しました。" * 50, me__TIES="祖母の家が飯田にあります。" * 15
        )
    cast.world.move(noon_after(cast.world.now, 12))
    for item in cast.world.seen:
        if item.to == cast.owner.id and item.message.deck:
            assert draw(item.message)


def test_a_double_tap_lays_the_cards_once() -> None:
    """もう一度見る tapped twice in a hurry: the same cards are not dealt twice."""
    cast = three(at(published))
    cast.world.move(noon_after(cast.world.now, 4))
    button = cast.owner.buttons("もう一度見る")[0]
    cast.world.step = timedelta(seconds=1)
    cast.world.now = cast.world.now.replace(second=10)
    before = len(decks(cast))
    for _ in range(3):
        cast.owner.tap(button.payload)
    assert len(decks(cast)) == before + 1


def test_the_last_word_names_the_day_it_will_keep() -> None:
    """Day 10 of silence: the day on which the applicants are free, and on that day they are."""
    cast = three(at(published))
    cast.world.move(cast.world.now + timedelta(days=13))
    [said] = [text for text in cast.world.told(cast.owner.id) if "お伝えします。会ってみたい方は" in text]
    cast.world.move(noon_after(cast.world.now, 3))
    with begin(cast.world.engine) as work:
        free = [row.decided_at for row in work.session.scalars(select(Application))]
    assert {say_day(at.astimezone(JST).date()) in said for at in free if at} == {True}


def test_whose_month_is_full_is_not_laid_before_another_owner() -> None:
    """His hours went to another firm before this list was made: the staff read why; nobody taps in vain."""
    cast = new_cast()
    other = Owner(cast.world, MARUYAMA)
    published(cast)
    publish(cast.world, other, cast.staff)
    him = applies(cast, 0)
    oldest = next(button for button in reversed(him.buttons("関心あり", "postings")))
    cast.world.move(noon_after(cast.world.now, 11))
    him.tap(oldest.payload)
    him.fill(APPLY)
    choosers = [who for who in (cast.owner, other) if who.buttons("会ってみたい")]
    assert len(choosers) == 1
    choosers[0].do("[会ってみたい]")
    cast.world.move(noon_after(cast.world.now, 9))
    assert len([who for who in (cast.owner, other) if who.buttons("会ってみたい")]) == 1
    assert "ほかの会社でうまっています" in "".join(cast.world.told("staff"))
