"""Sealed until both are done: nothing of one side's answers is anywhere the other, or the staff, can look."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import together
from prompts.knowledge import verbatim
from tests.story.partnered import looking_back_with_him, partner_of
from tests.story.stages import Cast, at, chosen, looking_back
from tests.story.world import Member

SEALED = tuple(verbatim().text(key) for key in (*together.PI, *together.MF))
OWNER_SECRET, TALENT_SECRET = "椿の社長", "楓の相手"
KEEN = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))

ACTS = (
    "owner",
    "talent",
    "person",
    "talent person",
    "state",
    "home",
    "staff home",
    "time",
    "back",
    "sticker",
    "again",
)
PLAYS = st.lists(st.sampled_from(ACTS), max_size=14)


class Round:
    """Both answering, with the rest of life in between."""

    def __init__(self, cast: Cast, kind: str) -> None:
        self.cast, self.kind = cast, kind
        self.firm = cast.owner  # who answers for the firm
        self.questions = 5 if kind == "PI" else 4
        self.owner_said = 0
        self.pages = ["会う前の5つの質問"] if kind == "PI" else ["ふりかえり 1/2", ""]
        self.keys = (
            [[f"pi.PI{n}" for n in range(1, 6)]]
            if kind == "PI"
            else [["mf.MF1", "mf.MF2"], ["mf2.MF3", "mf2.MF4"]]
        )
        self.page = 0

    @property
    def is_open(self) -> bool:
        title = "のお答え】" if self.kind == "PI" else "のふりかえり】"
        return any(title in text for text in self.cast.world.told(self.cast.talent.id))

    def act(self, name: str) -> None:
        cast = self.cast
        match name:
            case "owner" if self.owner_said < self.questions:
                firm = self.firm
                if (asked := cast.world.told(firm.id)[-1]) in SEALED:  # he answers what he was asked last
                    self.owner_said += 1
                    firm.do(f"{OWNER_SECRET}{self.owner_said}")
                else:
                    heard = firm.do("いまはよい" if "お電話は、いつ" in asked else "写真をとります")
                    if heard and "どちらのお返事ですか" in heard[-1]:
                        firm.do("[今週やることのお返事]")
            case "talent" if self.page < len(self.pages):
                if label := self.pages[self.page]:
                    cast.talent.press(label)
                cast.talent.fill({key: f"{TALENT_SECRET}{key}" for key in self.keys[self.page]})
                self.page += 1
            case "again" if self.pages[0] and self.page:
                cast.talent.press(self.pages[0])
                if cast.talent.forms:
                    cast.talent.fill({}, cast.talent.forms[-1])
                    self.page = len(self.pages) if not self._has_form() else self.page
            case "person":
                self.firm.do("人と話す")
                self.firm.do("いまはよい")
            case "talent person":
                cast.talent.type("人と話す")
            case "state":
                cast.owner.do("いまどうなってる？")
            case "home":
                cast.talent.home()
            case "staff home":
                cast.staff.home()
            case "time":
                cast.world.move(cast.world.now + timedelta(days=3))
            case "back" if 0 < self.owner_said < self.questions:
                self.firm.do("戻る")
                self.owner_said -= 1
            case "sticker":
                self.firm.do("(スタンプ)")

    def _has_form(self) -> bool:
        return self.cast.talent.form is not None

    def finish(self) -> None:
        for _ in range(30):
            if self.is_open:
                return
            self.act("owner")
            self.act("talent")


def leaks(cast: Cast) -> list[str]:
    """Give every place where one side's words stand before the other's eyes, or the staff's."""
    talent_sees, staff_sees = cast.talent.shown, cast.staff.shown
    house = [text for channel in ("staff", "postings", "U0TANAKA") for text in cast.world.told(channel)]
    found = [OWNER_SECRET in talent_sees, TALENT_SECRET in cast.owner.said]
    found += [secret in text for secret in (OWNER_SECRET, TALENT_SECRET) for text in (staff_sees, *house)]
    return [str(place) for place, is_leak in enumerate(found) if is_leak]


@pytest.mark.parametrize(("kind", "stage"), [("PI", chosen), ("MF", looking_back)], ids=["PI", "MF"])
def test_no_interleaving_shows_one_side_early(
    kind: str, stage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever both do in whatever order, nobody sees the other's words before his own are all there; then both do, at once."""

    @KEEN
    @given(PLAYS)
    def play(acts: list[str]) -> None:
        cast = at(stage)
        caplog.clear()
        round = Round(cast, kind)
        for name in acts:
            round.act(name)
            if not round.is_open:
                assert not leaks(cast), (name, acts)
            assert OWNER_SECRET not in caplog.text
            assert TALENT_SECRET not in caplog.text
        round.finish()
        assert round.is_open, acts
        theirs = [item for item in cast.world.seen if item.to == cast.talent.id and OWNER_SECRET in item.text]
        ours = [item for item in cast.world.seen if item.to == cast.owner.id and TALENT_SECRET in item.text]
        assert len(theirs) == len(ours) == 1, acts
        assert theirs[0].at == ours[0].at, acts
        house = [
            text
            for channel in ("staff", "postings", "U0TANAKA", "U0SATO")
            for text in cast.world.told(channel)
        ]
        assert not any(OWNER_SECRET in text or TALENT_SECRET in text for text in house)

    with caplog.at_level(logging.DEBUG, logger="smallwin"):
        play()


class RoundOfThree(Round):
    """Who goes along answers the four for the firm; the owner only confirms the last of them."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast, "MF")
        self.firm = partner_of(cast)
        self.is_confirmed = False

    def act(self, name: str) -> None:
        is_written = "社長に確かめています" in self.firm.said
        if name not in ("confirm", "owner", "back") or not (is_written or name == "confirm"):
            super().act(name)
        elif "このお答えで、よろしいですか？" in self.cast.owner.said and not self.is_confirmed:
            self.is_confirmed = True
            self.cast.owner.do("[これでよい]")

    def finish(self) -> None:
        super().finish()
        self.act("time")  # what waits for a decent hour has come by now
        super().finish()
        self.act("time")


def test_of_three_nobody_reads_early() -> None:
    """Partner, owner and talent in any order: the owner reads no more than the last answer of his firm, and nobody the other side's, before all are done; then each of them, once."""

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from((*ACTS, "confirm")), max_size=10))
    def play(acts: list[str]) -> None:
        cast = at(looking_back_with_him)
        round = RoundOfThree(cast)
        firm = (cast.owner, round.firm)
        for name in acts:
            round.act(name)
            if not round.is_open:
                assert not leaks(cast), (name, acts)
                assert TALENT_SECRET not in round.firm.said, (name, acts)
        assert not any(f"{OWNER_SECRET}{n}" in cast.owner.said for n in (1, 2, 3)), acts
        round.finish()
        assert round.is_open, acts
        theirs = [item for item in cast.world.seen if item.to == cast.talent.id and OWNER_SECRET in item.text]
        ours = [
            item
            for item in cast.world.seen
            if item.to in [each.id for each in firm] and TALENT_SECRET in item.text
        ]
        assert sorted(item.to for item in ours) == sorted(each.id for each in firm), acts
        assert len(theirs) == 1, acts
        house = [text for channel in ("staff", "postings", "U0TANAKA") for text in cast.world.told(channel)]
        assert not any(OWNER_SECRET in text or TALENT_SECRET in text for text in house)

    play()


def test_words_for_a_person_do_not_carry_sealed_answers() -> None:
    """人と話す in the middle of the four questions: the staff read the stage, not what he has just written."""
    cast = at(looking_back)
    cast.owner.do(f"{OWNER_SECRET}1")
    cast.owner.do("人と話す")
    [card] = [text for text in cast.world.told("staff") if "人と話したい" in text]
    assert OWNER_SECRET not in card
    assert "お互いのふりかえり" in card


def test_a_refused_form_gives_nothing_away() -> None:
    """An empty answer is asked for again in the form; the other side and the staff hear nothing of it."""
    cast = at(looking_back)
    cast.talent.press("ふりかえり 1/2")
    answered = cast.talent.fill({"mf.MF1": TALENT_SECRET, "mf.MF2": ""})
    assert set(answered.errors) == {"mf.MF2"}
    assert not leaks(cast)


def test_a_stranger_cannot_open_the_form_of_a_pair() -> None:
    """Another talent with the same payload is refused, and sees nothing."""
    cast = at(looking_back)
    cast.talent.press("ふりかえり 1/2")
    cast.talent.fill({"mf.MF1": TALENT_SECRET, "mf.MF2": TALENT_SECRET})
    stranger = Member(cast.world, "U0STRANGER")
    stranger.tap(cast.talent.buttons("ふりかえり 1/2")[0].payload)
    assert stranger.form is None
    assert stranger.notices == ["このフォームは使えませんでした。"]
    stranger.fill({"mf2.MF3": "x", "mf2.MF4": "y"}, cast.talent.forms[-1])
    assert TALENT_SECRET not in stranger.shown
    assert "使えませんでした" in stranger.notices[-1]


def test_words_for_a_sealed_question_are_never_taken_as_this_weeks() -> None:
    """The week's question comes while his feedback is open: he says which he means, and nothing is shown by a guess."""
    cast = at(looking_back)
    cast.owner.do("うれしかった")
    assert "やることを一つ" in "".join(cast.owner.do("今週やること"))
    heard = cast.owner.do("本当は決めるのが遅くて困った")[-1]
    assert "どちらのお返事ですか" in heard
    assert "決めるのが遅くて困った" not in cast.talent.shown
    cast.owner.do("[ふりかえりのお返事]")
    cast.world.move(cast.world.now + timedelta(hours=1))
    assert "決めるのが遅くて困った" not in cast.talent.shown
    cast.owner.do("写真を5枚とる")
    cast.world.move(cast.world.now + timedelta(hours=1))
    assert "決めるのが遅くて困った" not in cast.talent.shown
