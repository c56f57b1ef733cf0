"""Every form in Slack: sent twice, late, empty, far too long, or over a deploy: nothing is lost, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.arrivals import Answered
from bot.payloads import form_payload
from bot.slack.bodies import arrived
from bot.slack.limits import broken_view, safe_modal
from bot.slack.submissions import answer_of
from flows.messages import Form
from flows.registry import FLOWS
from tests.bot.defaults import Known, Place, Walk, is_form, known, registered, some_of
from tests.bot.deployed import RELEASES, Release

LONG = "あ" * 10_000
MOST_PAGES = 5


FORMS = [name for name in FLOWS if is_form(name)]


def opens(walk: Walk) -> Form:
    """Open the form by its button."""
    form = walk.house.presses_payload(form_payload(walk.talk.id), walk.who).form
    assert form is not None
    assert not broken_view(safe_modal(form))
    walk.heard()
    return form


def filled(walk: Walk) -> dict[str, str]:
    """Fill in what was filled in in the recorded talk, else what the field takes."""
    return {asked.key: walk.answer_to(asked)[1] for asked in walk.asked()}


def sends(walk: Walk, form: Form, values: dict[str, str]) -> Answered:
    """Send the form; whatever comes of it is seen: an error, the next page, a word, or the form closes."""
    answered = walk.house.submits(form, values, walk.who)
    heard = walk.heard()
    assert heard or answered != Answered()
    view = safe_modal(form)
    shown = answer_of(answered, view)
    assert not answered.notice or answered.notice in json.dumps(shown, ensure_ascii=False)
    return answered


def ends(walk: Walk) -> None:
    """Fill form after form, until the flow is over; it is over once."""
    for _ in range(MOST_PAGES):
        if walk.is_over:
            break
        assert not sends(walk, opens(walk), filled(walk)).errors
    assert walk.is_over
    assert len(walk.did) == 1


_PAGES: dict[str, list[Place]] = {}


def pages(known: Known) -> list[Place]:
    """Keep the moment before each form of a flow."""
    if known.name not in _PAGES:
        walk, found = Walk(known, "slack"), list[Place]()
        while not walk.is_over:
            found.append(walk.place())
            sends(walk, opens(walk), filled(walk))
            assert len(found) <= MOST_PAGES
        _PAGES[known.name] = found
    return _PAGES[known.name]


def sent_twice(walk: Walk) -> None:
    form, values = opens(walk), filled(walk)
    sends(walk, form, values)
    kept, did = walk.written(), len(walk.did)
    sends(walk, form, values)
    assert (walk.written(), len(walk.did)) == (kept, did)
    ends(walk)


def sent_when_all_is_over(walk: Walk) -> None:
    form, values = opens(walk), filled(walk)
    ends(walk)
    assert sends(walk, form, values).notice
    assert len(walk.did) == 1


def empty(walk: Walk) -> None:
    form, before = opens(walk), walk.written()
    answered = sends(walk, form, dict.fromkeys((field.key for field in form.fields), ""))
    assert answered.errors.keys() <= {field.key for field in form.fields}
    assert not answered.errors or walk.written() == before
    ends(walk)


def long_words(walk: Walk) -> None:
    form, before = opens(walk), walk.written()
    answered = sends(walk, form, dict.fromkeys((field.key for field in form.fields), LONG))
    assert answered.errors
    assert walk.written() == before
    ends(walk)


def words_in_the_dm(walk: Walk) -> None:
    """人と話す, a word of the house and anything else, typed to the bot: answered, and the form still opens."""
    before = walk.written()
    for number, words in enumerate(("人と話す", "使いかた", "こんにちは", LONG)):
        event = {
            "type": "message",
            "channel_type": "im",
            "user": walk.who,
            "text": words,
            "ts": f"{number}.1",
        }
        walk.house.take(arrived({"event_id": f"Ev{number}", "event": event}, "message", walk.house.now))
        assert walk.heard()
    assert walk.written() == before
    ends(walk)


def restart(walk: Walk) -> None:
    form, values = opens(walk), filled(walk)
    walk.restarts()
    sends(walk, form, values)
    walk.restarts()
    ends(walk)


EVENTS: list[Callable[[Walk], None]] = [
    sent_twice,
    sent_when_all_is_over,
    empty,
    long_words,
    words_in_the_dm,
    restart,
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("flow", FORMS)
def test_whatever_becomes_of_a_form(flow: str, event: Callable[[Walk], None]) -> None:
    """Every form that was sent is answered, counts once, and the flow comes to its end."""
    with registered(known(flow)) as mine:
        for page in pages(mine):
            event(Walk(mine, "slack", page))


@pytest.mark.parametrize("release", RELEASES[1:4], ids=lambda release: release.name)
@pytest.mark.parametrize("flow", FORMS)
def test_a_deploy_while_a_form_stands_open(flow: str, release: Release) -> None:
    """A field added, removed or renamed: what was filled in is kept, only what is missing is asked."""
    with registered(known(flow)) as mine:
        old = FLOWS[mine.name]
        for page in pages(mine):
            for field in some_of(opens(Walk(mine, "slack", page)).fields, 4):
                walk = Walk(mine, "slack", page)
                form, values = opens(walk), filled(walk)
                asked = next(item for item in walk.asked() if item.key == field.key)
                walk.deploys(release.of(old, field.key, walk.value_of(asked)))
                assert not sends(walk, form, values).errors
                others = {key for key, words in values.items() if words and key != field.key}
                assert others <= walk.written().keys()
                ends(walk)
                walk.deploys(old)
