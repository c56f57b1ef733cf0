"""Methods: which Web API methods there are, what each needs, and how often it may be called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack import channels, chat, conversations, files, people, views
from sandbox.slack.shapes import Json
from sandbox.slack.state import State

T2, T3, T4 = 0, 1, 2  # docs.slack.dev/apis/web-api/rate-limits: 20, 50 and 100 calls a minute


@dataclass(frozen=True)
class Method:
    run: Callable[[State, Json], Json]
    tier: int | None = None  # None: hundreds a minute, or a rule of its own
    scope: str = ""  # those of conversations.* depend on the channel and are checked there
    needs: tuple[str, ...] = ()


METHODS: dict[str, Method] = {
    "api.test": Method(lambda state, args: {"args": args}),
    "auth.test": Method(people.auth_test),
    "blocks.validate": Method(views.validate),
    "bots.info": Method(people.bot_info, T3, "users:read"),
    "chat.delete": Method(chat.delete, T3, "chat:write", ("channel", "ts")),
    "chat.getPermalink": Method(chat.get_permalink, None, "", ("channel", "message_ts")),
    "chat.postEphemeral": Method(chat.post_ephemeral, T4, "chat:write", ("channel", "user")),
    "chat.postMessage": Method(chat.post_message, None, "chat:write", ("channel",)),
    "chat.update": Method(chat.update, T3, "chat:write", ("channel", "ts")),
    "conversations.archive": Method(channels.archive, T2, "", ("channel",)),
    "conversations.create": Method(channels.create, T2, "", ("name",)),
    "conversations.history": Method(conversations.history, T3, "", ("channel",)),
    "conversations.info": Method(conversations.info, T3, "", ("channel",)),
    "conversations.invite": Method(channels.invite, T3, "", ("channel", "users")),
    "conversations.kick": Method(channels.kick, T3, "", ("channel", "user")),
    "conversations.list": Method(conversations.list_channels, T2),
    "conversations.members": Method(conversations.members, T4, "", ("channel",)),
    "conversations.open": Method(conversations.open_conversation, T3),
    "conversations.replies": Method(conversations.replies, T3, "", ("channel", "ts")),
    "conversations.setTopic": Method(channels.set_topic, T2, "", ("channel", "topic")),
    "files.info": Method(files.info, T4, "files:read", ("file",)),
    "team.info": Method(people.team_info, T3, "team:read"),
    "users.conversations": Method(conversations.list_users_channels, T3),
    "users.info": Method(people.user_info, T4, "users:read", ("user",)),
    "users.list": Method(people.list_users, T2, "users:read"),
    "users.lookupByEmail": Method(people.lookup_by_email, T3, "users:read.email", ("email",)),
    "views.open": Method(views.open_view, T4, "", ("view",)),
    "views.publish": Method(views.publish_view, T4, "", ("user_id", "view")),
    "views.push": Method(views.push_view, T4, "", ("view",)),
    "views.update": Method(views.update_view, T4, "", ("view",)),
}
