"""The look back at month three: what is known beforehand, written anew, one side alone, harm, and nothing early or cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.line.limits import broken
from bot.payloads import card_payload
from bot.slack.limits import broken_message
from bot.wiring import Bot
from flows.renewal.sharing import LONGEST, shared
from prompts.knowledge import verbatim
from storage.engagements import Phase, Round
from storage.unit_of_work import begin
from tests.flows.talk import SETTINGS
from tests.story.stages import Cast, at, looking_back, running
from tests.story.world import Member

OURS = ("嬉しかった", "決めるのが遅い", "約束を守ること", "続けたい")
THEIRS = {"mf.MF1": "写真", "mf.MF2": "返事がほしい"}
REST = {"mf2.MF3": "早く試すこと", "mf2.MF4": "同じ条件で続けたい"}


def talent_answers(cast: Cast, first: dict[str, str] = THEIRS, rest: dict[str, str] = REST) -> None:
    cast.talent.press("ふりかえり 1/2")
    cast.talent.fill(first)
    cast.talent.fill(rest)


def read_out(bodies: Any) -> str:
    """Give the words in bodies, wherever they stand, one after the other."""
    match bodies:
        case str():
            return bodies
        case dict():
            return "".join(read_out(each) for key, each in bodies.items() if key != "type")
        case list() | tuple():
            return "".join(map(read_out, bodies))
    return ""


def round_of(cast: Cast) -> Round:
    engagement = cast.world.engagement()
    with begin(cast.world.engine) as work:
        found = work.engagements.found_round(engagement.id, "MF", 1)
        assert found is not None
        return found


def past(cast: Cast, purpose: str) -> None:
    cast.world.move(cast.world.due_at(purpose) + timedelta(minutes=1))


def test_what_is_known_is_shown_and_no_answer_is_written_for_them() -> None:
    """Day 75 gathers goal, number and meetings; day 84 shows them to both; every field of the form is empty."""
    cast = at(running)
    past(cast, "mf_known")
    assert "もうすぐ3か月" not in cast.owner.said
    past(cast, "feedback")
    for who in (cast.owner, cast.talent):
        assert "これまでのこと" in who.said
        assert "打ち合わせ：" in who.said
    form = cast.talent.press("ふりかえり 1/2").form
    assert form is not None
    assert [field.initial for field in form.fields] == ["", ""]


def test_both_hear_the_rule_before_the_first_question() -> None:
    """What the staff read first, and that it can be written anew, stands before MF1 on both platforms."""
    cast = at(looking_back)
    for who in (cast.owner, cast.talent):
        assert "おどし、いやがらせ、命にかかわること、ほかの人の秘密" in who.said
        assert "いつでも書き直せます" in who.said
    owner = cast.world.told(cast.owner.id)
    assert owner[-1] == verbatim().text("MF1")


def test_the_four_questions_are_byte_for_byte_and_mf2_stands_above_mf3() -> None:
    """On LINE one at a time; on Slack two pages, the second headed by his own answer."""
    cast = at(looking_back)
    cast.owner.play(*OURS[:2])
    *_, above, asked = cast.world.told(cast.owner.id)
    assert above == f"{verbatim().text('MF2')}\n「{OURS[1]}」"
    assert asked == verbatim().text("MF3")
    form = cast.talent.press("ふりかえり 1/2").form
    assert form is not None
    assert [field.label for field in form.fields] == [verbatim().text("MF1"), verbatim().text("MF2")]
    second = cast.talent.fill(THEIRS).form
    assert second is not None
    assert second.lead == f"{verbatim().text('MF2')}\n「{THEIRS['mf.MF2']}」"
    assert [field.label for field in second.fields] == [verbatim().text("MF3"), verbatim().text("MF4")]


def test_until_it_is_shown_it_can_be_written_anew() -> None:
    """書き直す: nothing is shown while he writes, an answer stands again by one tap, and only the new ones go over."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    cast.owner.do("[書き直す]")
    talent_answers(cast)
    assert "のふりかえり】" not in cast.talent.said + cast.owner.said
    cast.owner.play("[このままでよい]", "もう少し早く知らせてほしい", "[このままでよい]", "[このままでよい]")
    assert "もう少し早く知らせてほしい" in cast.talent.said
    assert "嬉しかった" in cast.talent.said
    assert "決めるのが遅い" not in cast.talent.said
    assert "返事がほしい" in cast.owner.said


def test_a_form_written_anew_holds_what_he_wrote() -> None:
    """On Slack his answers stand in the fields; what he leaves stays."""
    cast = at(looking_back)
    talent_answers(cast)
    form = cast.talent.press("書き直す").form
    assert form is not None
    assert [field.initial for field in form.fields] == [THEIRS["mf.MF1"], THEIRS["mf.MF2"]]
    second = cast.talent.fill({}).form
    assert second is not None
    assert [field.initial for field in second.fields] == [REST["mf2.MF3"], REST["mf2.MF4"]]
    cast.talent.fill({})
    cast.owner.play(*OURS)
    assert THEIRS["mf.MF2"] in cast.owner.said


def test_after_sharing_nothing_can_be_changed() -> None:
    """An old 書き直す is refused kindly, of either side and of a stranger; nothing is asked again."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    old = cast.owner.buttons("書き直す")[0].payload
    talent_answers(cast)
    assert "もうお見せしました" in "".join(cast.owner.tap(old))
    stranger = Member(cast.world, "U0STRANGER")
    assert "使えませんでした" in stranger.tap(old).notice
    assert cast.world.engagement().phase == Phase.RENEWAL.name


def test_a_third_party_and_a_made_up_round_get_nothing() -> None:
    """書き直す of somebody else while it is sealed, and of a round that is not: refused, nothing told."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    stranger = Member(cast.world, "U0STRANGER")
    assert "使えませんでした" in stranger.tap(cast.owner.buttons("書き直す")[0].payload).notice
    assert (
        "使えませんでした"
        in cast.talent.tap(card_payload("round", cast.world.engagement().id, 1, "again")).notice
    )
    assert OURS[1] not in stranger.shown + cast.talent.shown


def test_both_read_a_gentle_line_the_answers_whole_and_the_talk_to_come() -> None:
    """Thanks before reading, the words as they stand, ten minutes in the next meeting: once, and not in the one after."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    talent_answers(cast)
    for who in (cast.owner, cast.talent):
        said = who.said
        assert (
            said.index("急がずお読みください") < said.index("のふりかえり】") < said.index("10分、このお答え")
        )
    past(cast, "remind")
    assert cast.owner.said.count("ふりかえりのことも、10分お話しください。") == 1
    past(cast, "met")
    past(cast, "remind")
    assert cast.owner.said.count("ふりかえりのことも、10分お話しください。") == 1


def test_the_longest_answers_are_shown_whole_on_both_platforms() -> None:
    """Four times two thousand letters: nothing is cut, and no limit of a platform is broken."""
    long = tuple(f"{n}始{'あ' * 1_990}終{n}" for n in range(4))
    for said in (long, tuple("い" * LONGEST for _ in long), ("", long[0], "短い", "🙂" * 1_000)):
        messages = shared(
            "高橋さんのふりかえり", [(verbatim().text(f"MF{n + 1}"), each) for n, each in enumerate(said)]
        )
        for name, drawn in Bot.rules_of(SETTINGS, {}).draw.items():
            bodies = [body for message in messages for body in drawn(message)]
            problems = [broken([body]) if name == "line" else broken_message(body) for body in bodies]
            assert problems == [[]] * len(bodies)
            assert all(each in read_out(bodies) for each in said), name


def test_one_side_alone_is_shown_only_with_its_yes() -> None:
    """Day 90: who answered is asked; 待つ shows nothing, and four weeks on they go on without it."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    past(cast, "mf_alone")
    assert "先にお見せしますか？" in cast.owner.said
    assert "先にお見せしますか？" not in cast.talent.said
    cast.owner.do("[そろうまで待つ]")
    past(cast, "mf_over")
    assert "どちらにもお見せしません" in cast.talent.said
    assert OURS[1] not in cast.talent.shown + "".join(cast.world.told("staff"))
    assert cast.world.engagement().phase == Phase.RENEWAL.name


def test_with_his_yes_the_other_reads_him_and_may_still_answer() -> None:
    """先に見せる: the late one reads, both choose; his own answers, when they come, go over at once and bring no second choice."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    past(cast, "mf_alone")
    cast.owner.do("[先に見せる]")
    assert OURS[1] in cast.talent.said
    assert cast.owner.said.count("これからのことは、どうしましょうか？") == 1
    talent_answers(cast)
    assert THEIRS["mf.MF2"] in cast.owner.said
    assert cast.owner.said.count("これからのことは、どうしましょうか？") == 1
    assert cast.talent.said.count(OURS[1]) == 1


def test_late_answers_after_the_renewal_are_refused_kindly() -> None:
    """It has gone on meanwhile: nothing is shown any more."""
    cast = at(looking_back)
    cast.owner.play(*OURS)
    past(cast, "mf_alone")
    cast.owner.do("[先に見せる]")
    form = cast.talent.press("ふりかえり 1/2").form
    assert form is not None
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("同じ条件で続ける")
    assert cast.world.engagement().phase == Phase.RUNNING.name
    assert "もう次に進んでいます" in cast.talent.fill(THEIRS, form).notice
    assert THEIRS["mf.MF2"] not in cast.owner.said


def test_harm_goes_to_the_staff_first_and_only_the_sentence_of_it() -> None:
    """A threat: the staff read that sentence and no other; nobody else reads anything; このまま見せる lets it through whole."""
    cast = at(looking_back)
    cast.owner.play("嬉しかった", "決めるのが早すぎる。次に遅れたらただではおかない。", "約束", "続けたい")
    house = "".join(cast.world.told("staff"))
    assert "ただではおかない" in house
    assert "決めるのが早すぎる" not in house
    assert "先に担当の佐藤が見る決まり" in cast.owner.said
    talent_answers(cast)
    assert "のふりかえり】" not in cast.owner.said + cast.talent.said
    cast.staff.press("このまま見せる")
    assert "決めるのが早すぎる。次に遅れたらただではおかない。" in cast.talent.said
    assert THEIRS["mf.MF2"] in cast.owner.said


def test_harm_may_be_held_back_and_then_nothing_is_shown() -> None:
    """見せずに話す: neither reads the other, both are told, and both choose; an old card does no more."""
    cast = at(looking_back)
    talent_answers(cast, {**THEIRS, "mf.MF2": "役立たず"})
    old = cast.staff.buttons("このまま見せる", "staff")[0].payload
    cast.staff.press("見せずに話す")
    for who in (cast.owner, cast.talent):
        assert "お一人ずつお話をうかがいます" in who.said
        assert "これからのことは、どうしましょうか？" in who.said
    cast.staff.tap(old)
    assert "役立たず" not in cast.owner.said


def test_words_of_despair_bring_a_call() -> None:
    """Whoever speaks of dying is thanked and rung up, and is not told of rules."""
    cast = at(looking_back)
    cast.owner.play("嬉しかった", "もう死にたいと思う夜がある", "約束", "分からない")
    assert "担当の佐藤から、お電話します" in cast.owner.said
    assert "ご自分を傷つけるおそれ" in "".join(cast.world.told("staff"))


def test_a_rewrite_without_harm_needs_no_staff() -> None:
    """He takes the threat out himself: what is shared then is what he wrote last, without waiting for anybody."""
    cast = at(looking_back)
    talent_answers(cast, {**THEIRS, "mf.MF2": "ただではおかない"})
    cast.owner.play(*OURS)
    assert round_of(cast).shared_at is None
    with begin(cast.world.engine) as work:
        engagement = work.engagements.get(cast.world.engagement().id)
        kept = work.engagements.round(engagement.id, "MF")
        payload = card_payload("round", kept.id, kept.number, "again")
    cast.talent.tap(payload)
    cast.talent.fill({"mf.MF2": "早めに知らせてほしい"})
    cast.talent.fill({})
    assert "早めに知らせてほしい" in cast.owner.said
    assert "ただではおかない" not in cast.owner.said


def test_the_days_between_look_backs_are_a_setting() -> None:
    """FEEDBACK_DAYS of 28: the next comes four weeks after the renewal."""
    cast = at(looking_back)
    cast.world.rules = replace(cast.world.rules, feedback_days=28)
    cast.owner.play(*OURS)
    talent_answers(cast)
    cast.world.move(cast.world.now + timedelta(minutes=15))
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("同じ条件で続ける")
    assert cast.world.due_at("feedback") - cast.world.now < timedelta(days=28)
    past(cast, "feedback")
    assert "前のふりかえりから" in cast.owner.said
