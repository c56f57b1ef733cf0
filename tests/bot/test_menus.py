"""Rich menus as drawn: large enough, legible, whole, and saying what their areas do."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import combinations

import pytest
from PIL import Image, ImageColor

from bot.line import menu_picture
from bot.line.limits import graphemes
from bot.line.menu_signs import SIGNS
from bot.line.menus import HEIGHT, MOST_BYTES, MOST_LABEL, WIDTH, Area, areas, shape
from bot.menus import standing
from bot.pages.letters import font, missing, require_glyphs
from flows.beside.menu import MENU, PERSON, Standing, entries
from flows.words import Word, word_of
from sandbox.line.menus import Menus
from storage.engagements import Phase
from storage.postings import State

ALL = pytest.mark.parametrize("state", Standing)


def picture(state: Standing) -> Image.Image:
    return Image.open(io.BytesIO(menu_picture.draw(state).picture))


@ALL
def test_a_menu_is_what_line_takes(state: Standing) -> None:
    """Shape, name and picture pass the rules of the platform, picture and menu of one size, under a megabyte."""
    drawn = menu_picture.draw(state)
    platform = Menus()
    id = platform.create(drawn.menu)
    platform.paint(id, drawn.picture, "image/png")
    assert platform.ready(id).shape["size"] == {"width": WIDTH, "height": HEIGHT}
    assert picture(state).size == (WIDTH, HEIGHT)
    assert len(drawn.picture) < MOST_BYTES


@ALL
def test_four_to_six_areas_tile_the_picture(state: Standing) -> None:
    """No tap falls beside an area or into two, and each is at least a third of the height and half of the width."""
    found = list(areas(state))
    assert 4 <= len(found) <= 6
    assert sum(area.width * area.height for area in found) == WIDTH * HEIGHT
    for area in found:
        assert area.x >= 0
        assert area.y >= 0
        assert area.x + area.width <= WIDTH
        assert area.y + area.height <= HEIGHT
        assert area.width >= WIDTH // 2
        assert area.height >= HEIGHT // 3
    assert not [pair for pair in combinations(found, 2) if overlap(*pair)]


def overlap(one: Area, other: Area) -> bool:
    is_beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    is_apart = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (is_beside or is_apart)


@ALL
def test_every_area_has_a_name_a_sign_and_a_word(state: Standing) -> None:
    """The label is short enough for LINE, read aloud and shown in the talk; the sign is drawn for its word."""
    actions = [area["action"] for area in shape(state)["areas"]]
    for entry, action in zip(entries(state), actions, strict=True):
        assert action["label"] == action["displayText"] == entry.label
        assert 0 < graphemes(entry.label) <= MOST_LABEL
        assert entry.word in SIGNS
    assert len({action["data"] for action in actions}) == len(actions)


@ALL
def test_the_first_is_the_next_step_and_the_last_is_a_person(state: Standing) -> None:
    """Wherever he stands, what he most likely wants is on top, and a person is in the same corner."""
    words = [entry.word for entry in entries(state)]
    first = {Standing.NEW: Word.START, Standing.WAITING: Word.STATE, Standing.RUNNING: Word.WEEK}
    assert words[0] is first[state]
    assert words[-1] is Word.PERSON
    assert MENU[state][-1][-1] is PERSON


@ALL
def test_nothing_drawn_is_a_box(state: Standing) -> None:
    """The font has every letter of every menu, and the names that fonts lack: 髙, 﨑, 𠮷 and 鷗. No fallback is needed."""
    drawn = "".join(entry.label for entry in entries(state))
    assert missing(drawn + "髙﨑𠮷鷗") == ""


def test_a_missing_glyph_is_refused_not_drawn() -> None:
    """What the font has no letter for stops the drawing: a person would see a box."""
    assert missing("あ\U0010fffe") == "\U0010fffe"
    with pytest.raises(ValueError, match="no glyph"):
        require_glyphs("あ\U0010fffe")


@ALL
def test_letters_are_large_and_inside_their_cards(state: Standing) -> None:
    """On a phone 390 pixels wide no letter is under 24 pixels, and no word touches the rim of its area."""
    for area in areas(state):
        place = menu_picture.place_of(area)
        assert place.letters * 390 / WIDTH >= 24
        letters = font(place.letters)
        for line in area.entry.lines:
            assert place.disc_x > area.x
            assert place.words_x + letters.getlength(line) < area.x + area.width - 2 * menu_picture.GAP
        assert len(area.entry.lines) * place.letters * menu_picture.LEADING < area.height


@ALL
def test_words_stand_out_from_their_ground(state: Standing) -> None:
    """Seven to one and more, which is what tired eyes are owed (WCAG AAA)."""
    for area in areas(state):
        look = menu_picture.look_of(area)
        assert contrast(look.words, look.ground) >= 7
        assert contrast(look.sign, look.disc) >= 4.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [value / 255 for value in ImageColor.getrgb(color)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_drawing_is_the_same_each_time_and_each_its_own() -> None:
    """The digest tells one drawing from another, and only that."""
    first = {state: menu_picture.draw(state).digest for state in Standing}
    menu_picture.draw.cache_clear()
    assert {state: menu_picture.draw(state).digest for state in Standing} == first
    assert len(set(first.values())) == len(first)


def test_what_is_typed_means_what_is_tapped() -> None:
    """An entry's label, typed by hand, is the same word, or begins the same thing: another consultation."""
    for state in Standing:
        for entry in entries(state):
            assert word_of(entry.label) is entry.word


@pytest.mark.parametrize(
    ("postings", "phases", "found"),
    [
        ((), (), Standing.NEW),
        ((State.CLOSED,), (), Standing.NEW),
        ((State.CLOSED,), (Phase.ENDED,), Standing.NEW),
        *(((state,), (), Standing.WAITING) for state in State if state is not State.CLOSED),
        ((State.CLOSED,), (Phase.QUESTIONS,), Standing.WAITING),
        ((State.OPEN,), (Phase.DECIDING,), Standing.WAITING),
        ((State.OPEN,), (Phase.KICKOFF,), Standing.WAITING),
        ((State.OPEN,), (Phase.ENDED,), Standing.WAITING),
        *(
            ((State.OPEN,), (phase,), Standing.RUNNING)
            for phase in (Phase.RUNNING, Phase.FEEDBACK, Phase.RENEWAL)
        ),
        ((State.REVIEW, State.CLOSED), (Phase.RUNNING, Phase.ENDED), Standing.RUNNING),
    ],
)
def test_where_an_owner_stands(
    postings: tuple[State, ...], phases: tuple[Phase, ...], found: Standing
) -> None:
    """A meeting every week goes before a posting, a posting before nothing."""
    assert standing(postings, phases) is found


def test_the_door_carries_no_pictures() -> None:
    """Pillow and the font cost memory: web and worker start without them."""
    heavy = "import sys, bot.cli, bot.wiring, bot.doctor, bot.menu_deploy; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
