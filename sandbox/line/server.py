"""Server: the paths of LINE's Web API, both of its hosts on one address."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from sandbox.line import lookups, menu_calls, sending
from sandbox.line.door import Answer, Ask, Door, Handle, Takes
from sandbox.line.refusal import broken
from sandbox.line.world import LineWorld

Row = tuple[str, str, str, Handle]

KEYED: tuple[Row, ...] = (  # those that know X-Line-Retry-Key
    ("POST", "/message/push", "push", sending.push),
    ("POST", "/message/multicast", "multicast", sending.multicast),
    ("POST", "/message/broadcast", "broadcast", sending.broadcast),
    ("POST", "/message/narrowcast", "narrowcast", sending.narrowcast),
)
SAID: tuple[Row, ...] = (  # those that take JSON
    ("POST", "/message/reply", "reply", sending.reply),
    *(
        ("POST", f"/message/validate/{how}", f"validate.{how}", sending.validate)
        for how in ("reply", "push", "multicast", "narrowcast", "broadcast")
    ),
    ("POST", "/chat/loading/start", "loading", sending.start_loading),
    ("POST", "/chat/markAsRead", "markAsRead", sending.mark_as_read),
    ("PUT", "/channel/webhook/endpoint", "webhook.set", lookups.set_webhook),
    ("POST", "/channel/webhook/test", "webhook.test", lookups.test_webhook),
    ("POST", "/richmenu", "richmenu.create", menu_calls.create),
    ("POST", "/richmenu/validate", "richmenu.validate", menu_calls.validate),
    ("POST", "/richmenu/bulk/link", "richmenu.bulk_link", menu_calls.bulk_link),
    ("POST", "/richmenu/bulk/unlink", "richmenu.bulk_unlink", menu_calls.bulk_unlink),
    ("POST", "/richmenu/alias", "richmenu.alias.create", menu_calls.create_alias),
    ("POST", "/richmenu/alias/{alias_id}", "richmenu.alias.update", menu_calls.update_alias),
)
ASKED: tuple[Row, ...] = (
    ("GET", "/info", "info", lookups.bot_info),
    ("GET", "/profile/{user_id}", "profile", lookups.profile),
    ("GET", "/followers/ids", "followers", lookups.followers),
    ("GET", "/message/quota", "quota", lookups.quota),
    ("GET", "/message/quota/consumption", "quota.consumption", lookups.consumption),
    ("GET", "/message/delivery/{how:reply|push|multicast|broadcast}", "delivery", lookups.delivered),
    ("GET", "/message/{message_id}/content", "content", lookups.content),
    ("GET", "/message/{message_id}/content/preview", "content.preview", lookups.preview),
    ("GET", "/message/{message_id}/content/transcoding", "content.transcoding", lookups.transcoding),
    ("POST", "/user/{user_id}/linkToken", "linkToken", lookups.link_token),
    ("GET", "/channel/webhook/endpoint", "webhook.get", lookups.get_webhook),
    ("GET", "/richmenu/list", "richmenu.list", menu_calls.list_all),
    ("GET", "/richmenu/alias/list", "richmenu.alias.list", menu_calls.list_aliases),
    ("GET", "/richmenu/alias/{alias_id}", "richmenu.alias.get", menu_calls.get_alias),
    ("DELETE", "/richmenu/alias/{alias_id}", "richmenu.alias.delete", menu_calls.delete_alias),
    ("GET", "/richmenu/{menu_id}", "richmenu.get", menu_calls.get),
    ("DELETE", "/richmenu/{menu_id}", "richmenu.delete", menu_calls.delete),
    ("GET", "/richmenu/{menu_id}/content", "richmenu.picture", menu_calls.picture),
    ("GET", "/user/all/richmenu", "richmenu.default.get", menu_calls.get_default),
    ("DELETE", "/user/all/richmenu", "richmenu.default.cancel", menu_calls.cancel_default),
    ("POST", "/user/all/richmenu/{menu_id}", "richmenu.default.set", menu_calls.set_default),
    ("GET", "/user/{user_id}/richmenu", "richmenu.of_user", menu_calls.of_user),
    ("DELETE", "/user/{user_id}/richmenu", "richmenu.unlink", menu_calls.unlink),
    ("POST", "/user/{user_id}/richmenu/{menu_id}", "richmenu.link", menu_calls.link),
)
PAINTED: tuple[Row, ...] = (("POST", "/richmenu/{menu_id}/content", "richmenu.paint", menu_calls.paint),)


def routes(world: LineWorld) -> list[web.RouteDef]:
    """Give the platform's paths, to be mounted under any prefix."""
    opened = _opener(world)
    return [
        *opened(KEYED, "json", True),
        *opened(SAID, "json"),
        *opened(ASKED, "nothing"),
        *opened(PAINTED, "picture"),
        web.route("*", "/v2/bot/{rest:.*}", Door(world, "unknown", _unknown).serve),
    ]


def _opener(world: LineWorld) -> Callable[..., list[web.RouteDef]]:
    def opened(rows: tuple[Row, ...], takes: Takes, is_retryable: bool = False) -> list[web.RouteDef]:
        return [
            web.route(method, f"/v2/bot{path}", Door(world, what, handle, takes, is_retryable).serve)
            for method, path, what, handle in rows
        ]

    return opened


def _unknown(world: LineWorld, ask: Ask) -> Answer:
    raise broken(404, "Not found")
