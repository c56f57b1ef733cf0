"""Sound: a model's polish is kept only where it still says what the owner said, and nothing beside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.coach.drafting import PolishInput, polish_by_rules
from flows.rules.coach.judging import judge
from flows.rules.coach.sound import sound
from flows.rules.coach.untold import CONTACT, PROMISE, changed, folded, numbers_of, untold
from prompts.knowledge import job_codes
from prompts.results import PolishedDraft
from sandbox.model.modes import NONSENSE

MISO = PolishInput(
    wish="ネットでもっと味噌を売りたいんだけど",
    words="うちは明治から味噌をつくっとる。若い人にも食べてほしい",
    goal="ネットの注文を月20件から30件にする",
    code="EC-02",
    tasks=("売れ筋5品の写真を撮り直す", "商品の説明を書き直す"),
)
GOOD = PolishedDraft(
    title="味噌のネット販売の見直し",
    goal="ネットの注文を、月20件から30件にする",
    first_tasks=["売れ筋5品の写真を撮り直す", "味噌の説明を書き直す"],
)


def kinds(**changes: object) -> set[str]:
    value = GOOD.model_copy(update=changes)
    inputs = {
        "wish": MISO.wish,
        "words": MISO.words,
        "goal": MISO.goal,
        "code": MISO.code,
        "tasks": MISO.tasks,
    }
    return {fault.kind for fault in judge("polish", inputs, value)}


def test_a_good_polish_is_kept_whole() -> None:
    """What says the owner's own is taken as the model wrote it."""
    assert kinds() == set()
    assert sound(MISO, GOOD) == GOOD


BAD = [
    ("title", "味噌で必ず儲かる販売", "promise"),
    ("title", "味噌の販売、成果を保証", "promise"),
    ("title", "味噌のCVR改善", "jargon"),
    ("title", "味噌の注文を300件へ", "number"),
    ("title", "味噌の注文を三割ふやす", "number"),
    ("title", "味噌のネット販売 090-1234-5678", "contact"),
    ("title", "味噌のネット販売 〇九〇一二三四五六七八", "contact"),
    ("title", "味噌のネット販売 ぜろきゅうぜろいちにさん", "contact"),
    ("title", "味噌のネット販売 https://example.com", "contact"),
    ("title", "味噌のネット販売 evil.shop", "contact"),
    ("title", "味噌の販売は info@example.com", "contact"),
    ("title", "味噌の代金は先に口座へ", "contact"),
    ("title", "鈴木さんの味噌販売", "name"),
    ("title", "ナイルと組む味噌販売", "words"),
    ("title", "味噌蔵の人員整理", "words"),
    ("title", "<!channel> 味噌の販売", "form"),
    ("title", "味噌の\nネット販売", "form"),
    ("title", "味噌のネット\u202e販売", "form"),
    ("title", "ネットでもっと味噌を売りたい", "talk"),
    ("title", "味", "length"),
    ("title", "味噌" * 40, "length"),
    ("goal", "ネットの注文をふやす", "number"),
    ("goal", "ネットの注文を月20件から50件にする", "number"),
    ("goal", "社員の給料を上げる", "goal"),
    ("goal", "必ずネットの注文を月20件から30件にする", "promise"),
    ("goal", "", "length"),
    ("first_tasks", ["競合の名簿を集める"], "words"),
    ("first_tasks", ["若い人にも食べてほしい"], "talk"),
    ("first_tasks", [], "form"),
    ("first_tasks", ["売れ筋5品の写真を撮り直す"] * 9, "form"),
    ("first_tasks", ["売れ筋5品の写真を撮り直す", "0120-000-000へかける"], "contact"),
]


@pytest.mark.parametrize(
    ("field", "value", "kind"), BAD, ids=[f"{kind}-{n}" for n, (_, _, kind) in enumerate(BAD)]
)
def test_what_nobody_said_is_named_and_not_kept(field: str, value: object, kind: str) -> None:
    """Each kind of untrue answer has its reason for the model, and the line falls back to the owner's own."""
    assert kind in kinds(**{field: value})
    kept = sound(MISO, GOOD.model_copy(update={field: value}))
    assert getattr(kept, field) == getattr(polish_by_rules(MISO), field)


OWN = [
    ("月に十五時間かかる", "月15時間かかる"),
    ("３万円まで", "3万円まで"),
    ("30,000円まで", "30000円まで"),
    ("3カ月で半分", "3か月で半分"),
    ("写真を20枚", "写真20枚"),
    ("一割減らす", "1割減らす"),
]


@pytest.mark.parametrize(("said", "written"), OWN)
def test_a_number_may_be_written_otherwise(said: str, written: str) -> None:
    """Kanji, full width and commas are the same number; the same figure of something else is not."""
    assert numbers_of(written) <= numbers_of(said)
    assert "number" not in {fault.kind for fault in untold(written, said)}


def test_the_same_figure_of_something_else_is_no_number_of_his() -> None:
    """「3割」 was not said by who said 「3人」."""
    assert "number" in {fault.kind for fault in untold("売れ残りを3割へらす", "売れ残りを3人でへらす")}


@pytest.mark.parametrize(
    ("said", "written"),
    [("注文をふやす", "注文を減らす"), ("手間を減らす", "手間をふやす"), ("値段を上げる", "値段を下げる")],
)
def test_more_never_becomes_less(said: str, written: str) -> None:
    """A goal that was only to be reworded keeps its direction."""
    assert "meaning" in {fault.kind for fault in changed(written, said)}
    assert not list(changed(said, said))


def test_his_own_strong_words_are_his() -> None:
    """A promise that the owner himself made in his goal may stand in it."""
    assert not list(untold("必ず返事をする", "問い合わせに必ず返事をする"))


@pytest.mark.parametrize("code", sorted(job_codes()))
def test_the_house_s_own_drafts_are_sound(code: str) -> None:
    """What the rules write for each kind of work passes what a model must pass, so that a model can as well."""
    work = job_codes()[code]
    for win in work.wins:
        case = PolishInput(work.owner_says[0], work.owner_says[1], win.text, code, win.first_tasks)
        ours = polish_by_rules(case)
        value = PolishedDraft(title=ours.title, goal=win.text, first_tasks=list(win.first_tasks))
        inputs = {**case.__dict__, "tasks": list(case.tasks)}
        left = {fault.kind for fault in judge("polish", inputs, value)} - {"words", "talk"}
        assert left == set(), (code, ours.title, win.text)


LINES = st.one_of(
    st.sampled_from(NONSENSE), st.text(max_size=80), st.sampled_from([*MISO.tasks, MISO.goal, GOOD.title])
)


@settings(max_examples=100, deadline=None)
@given(LINES, LINES, st.lists(LINES, max_size=6))
def test_whatever_a_model_writes_nothing_untold_is_kept(title: str, goal: str, tasks: list[str]) -> None:
    """No promise, no number, no way to be reached, no markup and no line break of its own, in any field."""
    kept = sound(MISO, PolishedDraft(title=title, goal=goal, first_tasks=tasks))
    source = "\n".join((MISO.wish, MISO.words, MISO.goal, *MISO.tasks))
    for line in (kept.title, kept.goal, *kept.first_tasks):
        assert 4 <= len(line) <= 60
        assert "\n" not in line
        assert not CONTACT.search(folded(line))
        assert not PROMISE.search(folded(line))
        assert not set("<>{}@\u202e") & set(line)
        assert numbers_of(line) <= numbers_of(source) | {(5.0, "品")}
