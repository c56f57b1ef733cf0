"""Registry: every flow by its released name. A renamed flow keeps its old name here while talks are open."""

from __future__ import annotations

from flows.calling import call
from flows.firm import firm
from flows.hello import hello
from flows.posting import posting
from flows.reviewing import clarify, consent_edit, edit, send_back
from flows.steps import Flow

FLOWS: dict[str, Flow] = {
    "hello": hello,
    "posting": posting,
    "firm": firm,
    "send_back": send_back,
    "edit": edit,
    "clarify": clarify,
    "consent_edit": consent_edit,
    "call": call,
}
