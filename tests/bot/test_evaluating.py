"""Evaluating: a file is read with care, a talk is judged by where it went, and figures mean what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.evaluating.baseline import baseline_top3
from bot.evaluating.personas import play
from bot.evaluating.roads import NAMES
from bot.evaluating.sets import ROUTES, BadSet, Persona, Wish, read_set
from bot.evaluating.stage import staged
from bot.evaluating.wishes import Played, play_wishes, report
from bot.settings import Settings
from prompts.results import Route

SETTINGS = Settings(openai_api_key="")
ONE = "- {id: a, industry: 味噌, text: 見積もりを早く出したい, codes: [SL-02], route: draft}"
RIGHT: dict[str, Any] = {"id": "a", "industry": "味噌", "text": "あ", "codes": [], "route": "ask"}


def file_with(folder: Path, content: str | bytes) -> Path:
    path = folder / "set.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """Run ``smallwin eval``; give its code, what it prints, and what it says of errors."""
    for name in ("DATABASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["smallwin", "eval", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


BAD = {
    "empty": ("", "一覧がありません"),
    "no list": ("- a\n- b", "一覧がありません"),
    "no wishes": ("wishes: []", "一件もありません"),
    "not a list": ("wishes: {a: 1}", "wishes"),
    "a word": ("wishes: [ネットで売りたい]", "1番目"),
    "no text": ("wishes:\n- {id: a, industry: 味噌, codes: [], route: ask}", "wishes a text：ありません"),
    "a number for a text": ("wishes:\n- {id: a, industry: 味噌, text: 5, codes: [], route: ask}", "文字でありません"),
    "an unknown code": (f"wishes:\n{ONE.replace('SL-02', 'ZZ-99')}", "ZZ-99"),
    "an unknown route": (f"wishes:\n{ONE.replace('draft', 'nowhere')}", "nowhere"),
    "no route": (f"wishes:\n{ONE.replace('draft', '[]')}", "空です"),
    "one code as a word": (f"wishes:\n{ONE.replace('[SL-02]', '5')}", "codes"),
    "a doubled id": (f"wishes:\n{ONE}\n{ONE}", "同じ id"),
    "a huge text": (f"wishes:\n{ONE.replace('見積もりを早く出したい', 'あ' * 10_001)}", "長すぎます"),
    "no YAML": ("wishes: [", "YAML"),
    "a tag that runs code": ("wishes: !!python/object/apply:os.getcwd []", "YAML"),
    "a bomb": ("wishes: &a [x]\nb: *a", "別名"),
    "deep": ("wishes: " + "[" * 5_000, "YAML"),
    "a lone surrogate": (f"wishes:\n{ONE.replace('見積もりを早く出したい', chr(34) + chr(92) + 'ud800' + chr(34))}", "文字"),
    "another alphabet": ("wishes:".encode("utf-16"), "UTF-8"),
    "binary": (b"\x00\x01\xff", "UTF-8"),
    "a persona without a wish": ("personas:\n- {id: a, facts: {pay: 8}}", "wish がありません"),
    "an unknown habit": ("personas:\n- {id: a, facts: {wish: あ}, habits: [flies]}", "personas a habits"),
    "an unknown end": ("personas:\n- {id: a, facts: {wish: あ}, end: moon}", "personas a end"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=list(BAD))
def test_a_bad_file_is_told_in_plain_lines(
    content: str | bytes,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, the fault named with its case, no trace, nothing on the output."""
    code, out, err = command(monkeypatch, capsys, "wishes", str(file_with(tmp_path, content)))
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is none, or a folder's, is told with exit code 2."""
    code, _, err = command(monkeypatch, capsys, "wishes", str(tmp_path / name))
    assert code == 2
    assert "読めません" in err


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """What would take minutes to parse is refused by its size."""
    with pytest.raises(BadSet, match="大きすぎます"):
        read_set(file_with(tmp_path, "#" * 5_000_001))


def test_an_empty_place_for_codes_is_none_and_one_is_a_list_of_one(tmp_path: Path) -> None:
    """``codes:`` with nothing behind it, or with one code, is what its writer meant."""
    rows = "wishes:\n- {id: a, industry: x, text: t, codes: , route: ask}\n- {id: b, industry: x, text: t, codes: EC-01, route: ask}\n"
    assert [wish.codes for wish in read_set(file_with(tmp_path, rows)).wishes] == [(), ("EC-01",)]


def test_no_fault_is_told_in_the_words_of_a_library(tmp_path: Path) -> None:
    """A list where names are wanted, a number for a case, a habit nobody has: said in plain words."""
    rows = "wishes:\n- 3\n- {id: a, industry: x, text: t, codes: 5, route: ask}\npersonas:\n- {id: p, facts: [1]}\n- {id: q, facts: {wish: x}, habits: [flies]}\n"
    with pytest.raises(BadSet) as told:
        read_set(file_with(tmp_path, rows))
    assert "Input should" not in str(told.value)
    assert "知らない言葉です" in str(told.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one line to hear of the next; past twenty the rest is counted."""
    cases = "\n".join(f"- {{id: w{n}, industry: 味噌, text: あ, codes: [], route: x}}" for n in range(30))
    with pytest.raises(BadSet) as told:
        read_set(file_with(tmp_path, f"wishes:\n{cases}"))
    assert [f"w{n} " in str(told.value) for n in (0, 19, 20)] == [True, True, False]
    assert "ほか10件" in str(told.value)


def test_notes_a_number_as_id_and_several_routes_are_taken(tmp_path: Path) -> None:
    """Whoever writes a set may keep notes in it."""
    wish = "{id: 7, industry: 味噌, prefecture: 長野県, text: あ, codes: [], route: [ask, draft], note: x}"
    [found] = read_set(file_with(tmp_path, f"note: y\nwishes:\n- {wish}")).wishes
    assert (found.id, found.route) == ("7", ("ask", "draft"))


def test_a_wish_may_stand_beside_the_facts(tmp_path: Path) -> None:
    """Whoever has wishes makes personas of them by adding facts; a number is a fact, too."""
    [found] = read_set(
        file_with(tmp_path, "personas:\n- {id: a, text: 早く帰りたい, facts: {pay: 80000}}")
    ).personas
    assert found.facts == {"wish": "早く帰りたい", "pay": "80000"}


def test_the_model_needs_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without settings of a model nothing is measured in its name."""
    path = file_with(tmp_path, f"wishes:\n{ONE}")
    code, _, err = command(monkeypatch, capsys, "wishes", str(path), "--coach", "model")
    assert code == 2
    assert "OPENAI_API_KEY" in err


def test_figures_are_printed_for_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One object with all figures, and the first reply of every wish."""
    path = file_with(tmp_path, f"wishes:\n{ONE}")
    code, out, _ = command(monkeypatch, capsys, "wishes", str(path), "--json")
    told = json.loads(out)
    figures = {
        "n",
        "top1",
        "top3",
        "route",
        "jargon_per_1000",
        "first_reply_chars_max",
        "median_ms",
        "replies",
    }
    assert code == 0
    assert figures <= set(told)
    assert (told["n"], told["route"]) == (1, 1.0)
    assert "？" in told["replies"]["a"]


def test_misses_are_printed_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A miss shows what was right, what came, and the reply."""
    path = file_with(tmp_path, f"wishes:\n{ONE.replace('draft', 'X-BAN')}")
    code, out, _ = command(monkeypatch, capsys, "wishes", str(path))
    assert code == 0
    assert "X-BAN のはずが draft" in out


def test_every_road_has_names_that_a_set_can_use() -> None:
    """Each road of the house counts under a route of the sets, and no route is out of reach."""
    assert set(NAMES) == set(Route)
    assert {name for names in NAMES.values() for name in names} == set(ROUTES)


TALKS = {
    "ネットで味噌を売りたい": "draft",
    "(スタンプ)": "ask",
    "": "ask",
    "会社をよくしたい": "ask",
    "いくらかかる？": "X-INFO",
    "人と話したい": "X-HUMAN",
    "全部自分でやっとる。もう体がもたん": "X-HUMAN",
    "利用者さんの名簿送るから入力して": "X-PRIVACY",
    "お客のふりして星5の口コミ書いてほしい": "X-BAN",
    "補助金の申請書かいてくれる人さがして": "X-LICENSE",
    "毎日9時から17時うちの工場で検品できる東京の人": "X-WORKER",
    "成果が出てから払う形で頼みたい": "X-UNFAIR",
    "明日の天気どうかね": "X-OFFTOPIC",
}


def test_a_talk_is_judged_by_where_it_went() -> None:
    """Answers, calls and refusals are told from what was asked next; each wish from an owner of his own."""
    wishes = [
        Wish.model_validate({**RIGHT, "id": str(n), "text": text, "route": route})
        for n, (text, route) in enumerate(TALKS.items())
    ]
    with staged(SETTINGS, "rules") as stage:
        played = play_wishes(stage, wishes)
    assert {each.wish.text: each.routes for each in played if not each.is_on_road} == {}
    assert [each.wish.text for each in played if not each.reply] == []


def test_shares_are_over_what_they_are_about() -> None:
    """Codes count over wishes with codes, roads over all; jargon in his own quoted words does not count."""
    coded = Wish.model_validate({**RIGHT, "codes": ["EC-01"], "route": "draft"})
    plain = Wish.model_validate({**RIGHT, "id": "b"})
    played = [
        Played(coded, ("SL-01", "EC-01"), ("draft",), "「DX」ですね。", (), 1.0),
        Played(plain, (), ("draft",), "KPIを決めます。", ("近いもの",), 3.0),
    ]
    found = report(played)
    assert (found["top1"], found["top3"], found["route"], found["median_ms"]) == (0.0, 1.0, 0.5, 2.0)
    assert found["jargon_per_1000"] == round(1_000 / len("「DX」ですね。KPIを決めます。"), 3)
    assert found["missed_routes"] == {"ask": 1}


def test_the_baseline_knows_words_and_nothing_else() -> None:
    """A code's own name is found by its letters; the same thing said in other words is not."""
    assert baseline_top3([("資金繰り表づくり", ("CM-03",))]) == 1.0
    assert baseline_top3([("給料日の前の晩は寝汗をかく", ("GX-07",))]) == 0.0


def test_an_owner_answers_by_what_he_is_asked() -> None:
    """His facts stand in the draft, whatever the order of the questions; he needs no more than he was asked."""
    facts = {
        "wish": "見積もりを早く出したい",
        "words": "町の電気屋です",
        "pay": "5万",
        "partner": "経理の高橋",
        "number": "5日",
    }
    persona = Persona.model_validate({"id": "a", "facts": facts})
    with staged(SETTINGS, "rules") as stage:
        played = play(stage, persona)
    shown = "\n".join(played.transcript)
    assert played.end == "preview"
    assert played.owner_actions == 8
    assert played.turns == played.owner_actions + 2  # he added us, and agreed
    for words in ("5日", "町の電気屋です", "経理の担当の方", "月5万円まで"):
        assert words in shown
