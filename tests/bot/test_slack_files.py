"""Files of Slack: our token goes to Slack alone, and whatever is wrong with a file has a status that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.pages.pictures import MOST_BYTES
from bot.sends.sending import ContentRefused, Outcome, Result
from bot.slack import files
from bot.slack.client import API
from sandbox.slack.files import described
from tests.e2e.stage import staged
from tests.rules.test_papers import PDF

HOSTED = {
    "id": "F1",
    "mode": "hosted",
    "size": 9,
    "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/a.pdf",
}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"mode": "tombstone"}, 410),
        ({"mode": "hidden_by_limit"}, 410),
        ({"size": MOST_BYTES + 1}, 413),
        ({"is_external": True}, 404),
        ({"mode": "external"}, 404),
        ({"url_private_download": "https://evil.example/a.pdf"}, 404),
        ({"url_private_download": "https://files.slack.com.evil.example/a.pdf"}, 404),
        ({"url_private_download": "http://files.slack.com/a.pdf"}, 404),
        ({"url_private_download": "https://files.slack.com@evil.example/a.pdf"}, 404),
        ({"url_private_download": None}, 404),
    ],
)
def test_no_address_but_slacks_is_asked(change: dict[str, Any], status: int) -> None:
    """What lies elsewhere is refused: the token that goes along would open everything of ours."""
    assert files.address(HOSTED, API, MOST_BYTES).startswith("https://files.slack.com/")
    with pytest.raises(ContentRefused) as no:
        files.address({**HOSTED, **change}, API, MOST_BYTES)
    assert no.value.status == status


@pytest.mark.parametrize(
    ("result", "error", "status"),
    [
        (Result.PERMANENT, "file_not_found", 404),
        (Result.PERMANENT, "file_deleted", 410),
        (Result.PERMANENT, "missing_scope", 403),
        (Result.PERMANENT, "anything", 404),
        (Result.RETRY, "ratelimited", 503),
        (Result.UNKNOWN, "timeout", 503),
    ],
)
def test_a_refusal_says_whether_to_try_again(result: Result, error: str, status: int) -> None:
    """Gone for good, away for now, or waiting for the operator to give the scope."""
    assert files.refused(Outcome(result, error=error)).status == status


async def test_the_rehearsed_slack_gives_bytes_to_our_token_alone(tmp_path: Path) -> None:
    """With the scope the bytes come; without it Slack answers 200 with a page to sign in, and that is no file."""
    async with staged(tmp_path) as stage:
        slack, client = stage.sandbox.slack, stage.bot.slack
        assert client is not None
        person = next(iter(slack.people))
        dm = slack.state.open_dm(person).id
        await slack.share(person, dm, [("a.pdf", PDF)])
        [stored] = slack.state.files.values()
        assert await client.content(stored.id, MOST_BYTES) == PDF
        with pytest.raises(ContentRefused) as no:
            await client.content(stored.id, 5)
        assert no.value.status == 413
        stage.sandbox.chaos.order("files", "error_before")
        with pytest.raises(ContentRefused) as no:
            await client.content(stored.id, MOST_BYTES)
        assert no.value.status == 500
        with pytest.raises(ContentRefused) as no:
            await client.content("F0NOBODYS", MOST_BYTES)
        assert no.value.status == 404
        session = client._session
        assert session is not None
        url = files.address(described(slack.state, stored), client._base, MOST_BYTES)
        with pytest.raises(ContentRefused) as no:
            await files.fetch(session, url, "xoxb-other", MOST_BYTES)
        assert no.value.status == 403
        stored.is_deleted = True
        stage.sandbox.wire.violations.clear()  # the refusals above were asked for
