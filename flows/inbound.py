"""Inbound: what happened, free of any platform. Readers in ``bot/`` make these from raw events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from flows.journal import Json


@dataclass(frozen=True)
class Typed:
    """A person wrote. ``at`` is when, by the platform's clock; ``message_id`` is theirs, for unsend and quotes."""

    text: str
    at: datetime
    message_id: str = ""
    quoted_id: str = ""


@dataclass(frozen=True)
class Tapped:
    """A person tapped a button that answers a question."""

    conversation: str
    key: str
    turn: int
    value: str
    at: datetime


@dataclass(frozen=True)
class CardTapped:
    """A person tapped a button on a card about an aggregate. Every id here is a claim."""

    aggregate: str
    id: str
    version: int
    verb: str
    at: datetime


@dataclass(frozen=True)
class WordTapped:
    """A person tapped a word of the house (help, a person, a topic) on a menu or under a question."""

    word: str
    at: datetime


@dataclass(frozen=True)
class AsideTapped:
    """A person tapped a button beside the road, about one question of a conversation.

    ``verb``: ``edit`` asks it again, ``keep`` leaves the answer, ``change`` makes the
    words held back his wish, ``use`` takes the words held back as its answer,
    ``ask`` and ``tell`` pass them to the staff, ``call`` asks to be rung at the time the key names.
    """

    conversation: str
    key: str
    verb: str
    at: datetime


@dataclass(frozen=True)
class FormAsked:
    """A person tapped 「フォームを開く」."""

    conversation: str
    at: datetime


class Kind(Enum):
    """What was sent that is not text."""

    STICKER = "スタンプ"
    PHOTO = "写真"
    VOICE = "声"
    VIDEO = "動画"
    FILE = "ファイル"
    PLACE = "地図の場所"
    OTHER = "ほか"


@dataclass(frozen=True)
class File:
    """A photo or a file, as its platform tells of it before anybody has looked into it. ``id`` is Slack's."""

    kind: Kind
    name: str = ""
    size: int = 0
    id: str = ""


@dataclass(frozen=True)
class Sent:
    """A person sent something other than text. ``words`` are a sticker's own keywords, a place's address, or a caption."""

    kind: Kind
    at: datetime
    message_id: str = ""
    words: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    quoted_id: str = ""  # what its thread hangs under


@dataclass(frozen=True)
class Submitted:
    """A person submitted a form: raw values by key."""

    conversation: str
    turn: int
    values: dict[str, str]
    at: datetime


@dataclass(frozen=True)
class Unsent:
    """A person took a message back; everything made from it must go."""

    message_id: str
    at: datetime


@dataclass(frozen=True)
class Edited:
    """A person wrote a message of his anew, where a platform lets him. ``at`` is when, by the platform's clock."""

    message_id: str
    text: str
    at: datetime
    quoted_id: str = ""  # what its thread hangs under
    gone: tuple[str, ...] = ()  # the files that were deleted from under it


@dataclass(frozen=True)
class Followed:
    at: datetime


@dataclass(frozen=True)
class Unfollowed:
    at: datetime


@dataclass(frozen=True)
class HomeOpened:
    at: datetime


@dataclass(frozen=True)
class MessagesOpened:
    """A person opened his DM with the bot: what stands there is before his eyes."""

    at: datetime


@dataclass(frozen=True)
class Deactivated:
    """Somebody's account was closed; whoever he is to us cannot be reached there any more."""

    at: datetime


@dataclass(frozen=True)
class StaffJoined:
    at: datetime


@dataclass(frozen=True)
class StaffLeft:
    at: datetime


@dataclass(frozen=True)
class Thought:
    """The model answered, or failed for good (``value`` is None: the rules answer instead).

    ``by`` names the prompt with its version and the model; ``over`` the budget that was spent (talk, day).
    """

    conversation: str
    key: str
    given: str
    value: Json
    at: datetime
    by: str = ""
    over: str = ""


@dataclass(frozen=True)
class Fetched:
    """A photo was fetched, or given up; the row tells which."""

    attachment: str
    at: datetime


@dataclass(frozen=True)
class Due:
    """A moment in a due row came."""

    purpose: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Ignored:
    """Something we keep and do not act on: group chats, new event types, standby mode."""

    why: str
    at: datetime
    notes: dict[str, str] = field(default_factory=dict)


Inbound = (
    Typed
    | Tapped
    | CardTapped
    | WordTapped
    | AsideTapped
    | FormAsked
    | Sent
    | Submitted
    | Unsent
    | Edited
    | Followed
    | Unfollowed
    | HomeOpened
    | MessagesOpened
    | Deactivated
    | StaffJoined
    | StaffLeft
    | Thought
    | Fetched
    | Due
    | Ignored
)
