"""What the house knows keeps the house's voice: short, plain, one question, texts of the method untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from flows.rules.coach.plain import jargon
from prompts import knowledge
from prompts.knowledge import KnowledgeError, groups, job_codes, plain_words, routes, verbatim
from prompts.knowledge.models import Books, JobCode, Win

CODES = list(job_codes().values())


def shown(code: JobCode) -> Iterator[tuple[str, int]]:
    """Every string of a code that an owner may read, and how long it may be."""
    yield from ((code.name, 20), (code.plain, 45), (code.topic, 14), (code.title, 40))
    yield code.stuck.ask, 40
    yield from ((option.label, 20) for option in code.stuck.options)
    for win in code.wins:
        yield from ((win.label, 20), (win.text, 60))
        yield from ((task, 40) for task in win.first_tasks)
    yield code.measure.ask, 45
    yield from ((option, 20) for option in code.measure.options)
    yield from ((number, 20) for number in code.kpi)


def test_there_are_86_codes_in_13_groups() -> None:
    assert len(CODES) == 86
    assert len(groups()) == 13


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_owner_facing_words_are_plain_and_short(code: JobCode) -> None:
    for text, most in shown(code):
        assert len(text) <= most, text
        assert not jargon(text), text
        assert text.count("？") <= 1
        assert not re.search(r"[!！]|させていただ|エラー|貴社|御社", text), text
        assert text == text.strip()


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_small_wins_are_small(code: JobCode) -> None:
    """Each win has a number or a finished state, and is due within 90 days as its sentence says."""
    for win in code.wins:
        assert re.search(r"[0-9]", win.text)
        assert f"{win.days}日" in win.text
        assert win.days <= 90
        assert not win.text.endswith("。")
    assert code.wins[0].label != code.wins[1].label


def test_a_share_must_say_how_much_it_needs() -> None:
    """A win that is a share of something is refused on load unless it says how many events a month it needs."""
    win = {
        "label": "注文を2割増やす",
        "text": "60日で注文を2割増やす",
        "days": 60,
        "first_tasks": ("数える", "直す"),
    }
    with pytest.raises(ValidationError, match="needs"):
        Win.model_validate(win)
    assert Win.model_validate({**win, "needs": 30}).needs == 30
    assert Win.model_validate({**win, "label": "役割の表を作る", "text": "60日で役割の表を作る"}).needs == 0


def test_one_win_holds_however_little_happens() -> None:
    """Of the two small wins of each code one is a finished state, whatever the number is."""
    for code in CODES:
        assert min(win.needs for win in code.wins) == 0
    two_shares = {**CODES[0].model_dump(), "wins": [{**CODES[0].wins[0].model_dump(), "needs": 30}] * 2}
    with pytest.raises(ValidationError, match="however little"):
        JobCode.model_validate(two_shares)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_questions_end_as_questions_and_buttons_differ(code: JobCode) -> None:
    assert code.stuck.ask.endswith("？")
    assert code.measure.ask.endswith("？")
    labels = [option.label for option in code.stuck.options]
    assert len(set(labels)) == len(labels)
    assert len(set(code.measure.options)) == 3
    assert "分からない" not in labels  # the flow adds it


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_owners_speech_is_rich(code: JobCode) -> None:
    assert len(set(code.owner_says)) >= 8


def test_rare_skills_are_marked() -> None:
    assert {code.code for code in CODES if code.rare} == {"SL-06", "GX-03", "GX-05"}


VERBATIM = {
    "PI1": "好きなこと10個",
    "PI2": "自分が120％頑張ってしまうこと",
    "PI3": "周りにされるとやる気が削がれること",
    "PI4": "自分が最近与えられたと感じたこと",
    "PI5": "最近、考えを変えたり、認識を変えたこと",
    "PI6": "プライベートと仕事、それぞれで苦手なこと",
    "PI7": "これまでの人生で自分に大きな影響を与えたことと内面で起きたこと",
    "KO1": "目指す成果物",
    "KO2": "実行手順",
    "KO3": "定例会議日時",
    "KO4": "業務登場人物",
    "KO5": "連絡方法",
    "KO6": "人材の稼働時間・業務内容の報告頻度と方法",
    "MF1": "これまでの相手との仕事を思い出して、嬉しかったことは何ですか？",
    "MF2": "今後さらにいい仕事をするために、相手に遠慮していること、気になっていること、改善したいことは何ですか。",
    "MF3": "上記2のことが気になる背景にある、あなたが大切にしていることは何ですか。",
    "MF4": "契約更新を希望しますか？希望する場合の条件（時給・稼働時間）は何ですか？",
    "SP1": "やること明確化",
    "SP2": "人材を選びやすく",
    "SP3": "初めての契約の不安を減らす",
    "SP4": "成果を出しやすく",
}


def test_the_texts_of_the_method_are_byte_for_byte() -> None:
    held = {verse: text.encode() for verse, text in verbatim().texts().items()}
    assert held == {verse: text.encode() for verse, text in VERBATIM.items()}
    assert verbatim().pre_interview.rule == "以下の質問回答してお互い共有してから面談に"
    assert verbatim().mutual_feedback.rule == "企業担当者・人材の双方が回答・共有した上で契約更新を決定"
    assert verbatim().mutual_feedback.at_months == 3
    assert len(verbatim().kankei_jinko_steps) == 3


def test_plain_words_are_all_there_and_each_says_something_plain() -> None:
    words = plain_words().words
    assert len(words) == len({item.avoid for item in words}) == 98
    assert not [item for item in words if jargon(item.say)]


def test_roads_name_known_work() -> None:
    named = {code for road in (*routes().hard, *routes().soft) for code in road.codes}
    assert named <= set(job_codes())


def test_a_faulty_file_is_refused_with_its_place() -> None:
    """A code twice, or a label too long for a button, stops the start and says where."""
    data = yaml.safe_load(yaml.safe_dump({"version": "1", "as_of": "x", "groups": []}))
    assert Books.model_validate(data).groups == ()
    with pytest.raises(KnowledgeError, match=r"verbatim\.yaml"):
        knowledge.read("verbatim.yaml", Books)


def test_the_files_read_the_same_without_the_fast_loader() -> None:
    """A machine without libyaml knows as much as any other."""
    for file in Path(knowledge.__file__).parent.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, knowledge._LOADER), file.name
