"""Steps: an answer holds while its key, what it is about and its question do; everything else follows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import DuplicateKey, RunawayFlow, Unreadable
from flows.inbound import Kind, Sent, Submitted, Tapped, Typed, WordTapped
from flows.interpret import Answer, Answers, Kept, Nod, Opened, Refused, Said, Stale, Unclear, interpret
from flows.journal import Entry, Journal, digest, plain
from flows.questions import Amount, Choice, Option, Text, Yen, question, yen
from flows.replay import Finished, Waiting, replay
from flows.steps import OpenQuestion, Steps, ask, fill, recall, say
from flows.words import Word

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WISH = Text("何を？")
PLACE = Choice("どこで？", choices=(Option("office", "会社"), Option("home", "家")))


@dataclass(frozen=True)
class Terms:
    place: str = question(PLACE, was=("where",))
    hours: int = question(Amount("何時間？", unit="時間", most=40))


def talk(_: object) -> Steps[tuple[Any, ...]]:
    yield from say("こんにちは。")
    wish = yield from ask("wish", WISH, was=("want",))
    heard = yield from recall("aside")
    terms = yield from fill("terms", "条件", Terms, given=wish)
    yield from say("もう一つ。")
    last = yield from ask("last", WISH, given=(wish, terms))
    return wish, heard, terms, last


def at(*entries: Entry) -> Waiting | Finished:
    return replay(talk, None, Journal(entries))


def open_keys(*entries: Entry) -> tuple[str, ...]:
    state = at(*entries)
    assert isinstance(state, Waiting)
    return state.keys


ABOUT = digest("味噌")
FILLED = (Entry("wish", "味噌"), Entry("terms.place", "home", ABOUT), Entry("terms.hours", 8, ABOUT))
LAST = Entry("last", "以上", digest(("味噌", Terms("home", 8))))


def test_a_field_keeps_what_was_answered_under_its_former_name() -> None:
    """A form's field was renamed: the old answer holds, and the new one counts once it is given."""
    old = (Entry("wish", "味噌"), Entry("terms.where", "home", ABOUT), Entry("terms.hours", 8, ABOUT))
    assert open_keys(*old) == ("last",)
    state = at(*old, Entry("terms.place", "office", ABOUT), LAST)
    assert isinstance(state, Waiting)  # what was said about home is asked again
    assert state.keys == ("last",)


def test_a_flow_stands_at_its_first_open_key() -> None:
    """Nothing is stored about where we are: it follows from the journal."""
    assert open_keys() == ("wish",)
    assert open_keys(FILLED[0]) == ("terms.place", "terms.hours")
    assert open_keys(*FILLED[:2]) == ("terms.hours",)
    assert open_keys(*FILLED) == ("last",)
    done = at(*FILLED, LAST)
    assert isinstance(done, Finished)
    assert done.outcome == ("味噌", None, Terms("home", 8), "以上")


def test_what_was_heard_is_not_said_again() -> None:
    """Only what stands between the last answer and the open question is said."""
    for entries, said in (((), ["こんにちは。"]), (FILLED[:1], []), (FILLED, ["もう一つ。"])):
        state = at(*entries)
        assert [message.text for message in state.said] == said


def test_a_changed_answer_opens_what_was_about_it() -> None:
    """The form was about the wish, the last question about both."""
    assert open_keys(*FILLED, LAST, Entry("wish", "醤油")) == ("terms.place", "terms.hours")
    assert open_keys(*FILLED, LAST, Entry("terms.hours", 9, ABOUT)) == ("last",)
    assert open_keys(*FILLED, LAST, Entry("wish", None, is_blank=True)) == ("wish",)


def test_an_answer_under_a_former_name_holds() -> None:
    """``was`` finds it; the new name's own entry wins; a blank of the new name opens it."""
    assert open_keys(Entry("want", "味噌")) == ("terms.place", "terms.hours")
    assert open_keys(Entry("want", "醤油"), *FILLED) == ("last",)
    assert open_keys(Entry("want", "味噌"), Entry("wish", None, is_blank=True)) == ("wish",)


def test_an_option_that_went_away_is_asked_again_with_a_reason() -> None:
    """The old answer is unreadable now, and it is said why."""
    state = at(FILLED[0], Entry("terms.place", "garden", ABOUT))
    assert isinstance(state, Waiting)
    assert state.why == "選べるものが変わりました。"


def test_what_was_overheard_never_opens_anything() -> None:
    """Recalled words are there or not."""
    done = at(Entry("aside", "ついでに"), *FILLED, LAST)
    assert isinstance(done, Finished)
    assert done.outcome[1] == "ついでに"


def test_a_broken_flow_fails_loudly() -> None:
    """The same key twice, or steps without end, are bugs and not talks."""

    def twice(_: object) -> Steps[str]:
        yield from ask("a", WISH)
        return (yield from ask("a", WISH))

    def endless(_: object) -> Steps[str]:
        while True:
            yield from say("…")

    with pytest.raises(DuplicateKey):
        replay(twice, None, Journal([Entry("a", "x")]))
    with pytest.raises(RunawayFlow):
        replay(endless, None, Journal())


HOME, OFFICE = digest(("味噌", Terms("home", 8))), digest(("味噌", Terms("office", 8)))
WRITTEN = st.sampled_from(
    (
        *FILLED,
        *(Entry("want", "味噌"), Entry("wish", "醤油"), Entry("aside", "ついでに"), Entry("elsewhere", "x")),
        *(Entry("terms.place", "office", ABOUT), Entry("terms.where", "office", ABOUT)),
        *(Entry("last", "以上", given) for given in (HOME, OFFICE)),
        *(Entry(key, None, is_blank=True) for key in ("wish", "terms.place", "last")),
    )
)
UNHEARD = st.frozensets(st.sampled_from(("wish", "terms", "last")), max_size=2)


@given(st.lists(st.tuples(st.lists(WRITTEN, max_size=3), UNHEARD, st.booleans()), max_size=8))
def test_going_on_is_the_same_as_from_the_top(turns: list[tuple[list[Entry], frozenset[str], bool]]) -> None:
    """A run that waited and goes on says and asks what a new one does, whatever was answered, changed or taken back."""
    journal = Journal()
    for entries, thought, is_known_anew in turns:
        journal = journal.write(*entries)
        facts = object() if is_known_anew else None
        gone_on = replay(talk, facts, journal, thought)
        assert repr(gone_on) == repr(replay(talk, facts, Journal(journal.entries), thought))


def test_a_talk_goes_on_where_it_waited() -> None:
    """Of a journal that is written on, only what is new is run through."""
    runs = []

    def counted(facts: object) -> Steps[tuple[Any, ...]]:
        runs.append(facts)
        return (yield from talk(facts))

    journal = Journal()
    for entry in (*FILLED, LAST):
        assert isinstance(replay(counted, None, journal), Waiting)
        journal = journal.write(entry)
    assert isinstance(replay(counted, None, journal), Finished)
    assert len(runs) == 1


plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(plain_data, plain_data)
def test_equal_things_have_equal_digests(one: Any, other: Any) -> None:
    """What an answer is about has one name, whatever order its parts are written in."""
    assert digest(one) == digest(plain(one))
    if isinstance(one, dict):
        assert digest(dict(reversed(one.items()))) == digest(one)
    if type(one) is type(other) and one is not None:
        # as JSON: 0 and False are not the same
        said = [json.dumps(plain(each), sort_keys=True) for each in (one, other)]
        assert (digest(one) == digest(other)) == (said[0] == said[1])


# --- interpret


def opened(asked: Any = PLACE, key: str = "place", given: str = "", turn: int = 2) -> Opened:
    return Opened("c", (OpenQuestion(key, asked, given),), {key: (given, turn)})


@pytest.mark.parametrize(
    ("inbound", "reading"),
    [
        (Typed("家", AT), Answer("place", "home", "家", "")),
        (Typed("ヘルプ", AT), Said(Word.HELP)),
        (Typed("いくらかかる？", AT), Said(Word.PRICE)),
        (Typed("home", AT), Unclear("すみません、うまく読み取れませんでした。")),
        (Typed("a:c:place:2:home", AT), Unclear("すみません、うまく読み取れませんでした。")),
        (Tapped("c", "place", 2, "home", AT), Answer("place", "home", "家", "")),
        (Tapped("c", "place", 1, "home", AT), Stale("place", "home")),
        (Tapped("c", "wish", 2, "home", AT), Stale("wish", "home")),
        (Tapped("c", "place", 2, "moon", AT), Unclear("すみません、うまく読み取れませんでした。")),
        (WordTapped("person", AT), Said(Word.PERSON)),
        (WordTapped("nonsense", AT), Stale("")),
        (Sent(Kind.STICKER, AT), Nod()),
        (Sent(Kind.PHOTO, AT), Kept(Kind.PHOTO)),
        (Submitted("c", 2, {"place": "home"}, AT), Answers((Answer("place", "home", "home", ""),))),
        (
            Submitted("c", 2, {"place": "moon"}, AT),
            Refused({"place": "すみません、うまく読み取れませんでした。"}),
        ),
        (Submitted("c", 1, {"another": "x"}, AT), Stale("")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_event_means_here(inbound: Any, reading: Any) -> None:
    """Held against one closed question."""
    assert interpret(inbound, opened()) == reading


def test_words_that_look_like_a_button_s_inside_choose_nothing() -> None:
    """Where any words are an answer, those of a button's inside are none."""
    road = Choice("どちら？", choices=(Option("!", "人と話す"), Option("=EC-01", "写真")), or_words=True)
    for words in ("!", "=EC-01"):
        with pytest.raises(Unreadable):
            road.read(words)
    assert road.read("写真") == "=EC-01"
    assert road.read("=EC-02") == "=EC-02"


def test_without_an_open_question_only_words_of_the_house_mean_something() -> None:
    """Everything else is for the front door to decide."""
    assert interpret(Typed("ヘルプ", AT), None) == Said(Word.HELP)
    assert interpret(Typed("こんにちは", AT), None) == Unclear("")
    assert interpret(Tapped("c", "k", 1, "v", AT), None) == Stale("k", "v")


@given(st.integers(0, 10**9))
def test_money_said_is_money_read(number: int) -> None:
    """What we say as an amount is read back as the same amount."""
    asked = Yen("いくら？", most=10**9)
    assert asked.read(yen(number)) == number
    assert asked.restore(asked.read_tap(str(number))) == number


@given(st.text(max_size=40))
def test_no_words_break_a_question(words: str) -> None:
    """Whatever is typed is read, or refused kindly; and what was read can be restored."""
    for asked in (WISH, PLACE, Amount("？", unit="時間", most=40, or_unknown=True), Yen("？", most=100_000)):
        try:
            value = asked.read(words)
        except Unreadable:
            continue
        asked.restore(value)
        assert isinstance(asked.spoken(value), str)


def told_talk(_: object) -> Steps[tuple[Any, ...]]:
    wish = yield from ask("wish", WISH)
    yield from say("月8万円まで、ですね。")
    pay = yield from ask("pay", Text("いくら？", label="お支払い"), told="8万" if "8万" in wish else None)
    last = yield from ask("last", WISH)
    return wish, pay, last


def told_at(*entries: Entry) -> Waiting | Finished:
    return replay(told_talk, None, Journal(entries))


TELLS = Entry("wish", "味噌を売る。8万なら出せる", raw="味噌を売る。8万なら出せる")


def test_what_other_words_told_is_not_asked_but_said() -> None:
    """The question is passed over; what was said before it is still heard, and 直す shows it."""
    state = told_at(TELLS)
    assert isinstance(state, Waiting)
    assert state.keys == ("last",)
    assert [message.text for message in state.said] == ["月8万円まで、ですね。"]
    given_now = state.given(Journal((TELLS,)))
    assert [(item.question.label, item.spoken, item.is_told) for item in given_now][1:] == [
        ("お支払い", "8万", True)
    ]


def test_an_answer_of_his_own_wins_over_what_was_told() -> None:
    """Once he answers the question himself, that counts; once he takes it back, he is asked."""
    own, back = Entry("pay", "5万", raw="5万"), Entry("pay", None, is_blank=True)
    finished = told_at(TELLS, own, Entry("last", "以上"))
    assert isinstance(finished, Finished)
    assert finished.outcome[1] == "5万"
    waiting = told_at(TELLS, back, Entry("last", "以上"))
    assert isinstance(waiting, Waiting)
    assert waiting.keys == ("pay",)


def test_what_was_told_goes_with_the_words_that_told_it() -> None:
    """Another wish that names no pay has the question asked after all; a run that goes on sees it too."""
    journal = Journal((TELLS,))
    assert isinstance(replay(told_talk, None, journal), Waiting)
    changed = replay(told_talk, None, journal.write(Entry("wish", "味噌を売る", raw="味噌を売る")))
    assert isinstance(changed, Waiting)
    assert changed.keys == ("pay",)
