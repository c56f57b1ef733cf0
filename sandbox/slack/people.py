"""People: the workspace, its members and the bot, as the Web API tells of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.slack.arguments import is_set
from sandbox.slack.conversations import page
from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json
from sandbox.slack.state import Person, State


def auth_test(state: State, args: Json) -> Json:
    own = state.settings
    place = f"https://{own.team_domain}.slack.com/"
    bot = {"user": own.bot_name, "user_id": own.bot_user_id, "bot_id": own.bot_id}
    return {
        "url": place,
        "team": own.team_name,
        "team_id": own.team_id,
        **bot,
        "is_enterprise_install": False,
    }


def team_info(state: State, args: Json) -> Json:
    own = state.settings
    return {"team": {"id": own.team_id, "name": own.team_name, "domain": own.team_domain, "email_domain": ""}}


def bot_info(state: State, args: Json) -> Json:
    own = state.settings
    if args.get("bot") not in (None, own.bot_id):
        raise Refusal("bot_not_found")
    bot = {"id": own.bot_id, "deleted": False, "name": own.bot_name, "updated": 0}
    return {"bot": {**bot, "app_id": own.app_id, "user_id": own.bot_user_id}}


def user_info(state: State, args: Json) -> Json:
    if args["user"] == state.bot:
        return {"user": bot_user(state)}
    if args["user"] not in state.people:
        raise Refusal("user_not_found")
    return {"user": described_person(state, state.people[args["user"]], is_set(args, "include_locale"))}


def list_users(state: State, args: Json) -> Json:
    everyone = [bot_user(state)]
    everyone += [described_person(state, p, is_set(args, "include_locale")) for p in state.people.values()]
    found, cursor = page(everyone, args, 1000, 1000)
    return {"members": found, "cache_ts": int(state.clock()), "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(state: State, args: Json) -> Json:
    wanted = str(args["email"]).lower()
    for person in state.people.values():
        if person.email.lower() == wanted and not person.is_deleted:
            return {"user": described_person(state, person)}
    raise Refusal("users_not_found")


def described_person(state: State, person: Person, with_locale: bool = False) -> Json:
    """Describe a member; a deactivated one has lost time zone and ranks."""
    names = {"real_name": person.name, "display_name": person.name}
    profile: Json = {**names, "real_name_normalized": person.name, "display_name_normalized": person.name}
    profile |= {
        "title": person.title,
        "phone": "",
        "status_text": "",
        "status_emoji": "",
        "team": state.settings.team_id,
    }
    if "users:read.email" in state.settings.scopes:
        profile["email"] = person.email
    user: Json = {"id": person.id, "team_id": state.settings.team_id, "name": person.username}
    user |= {
        "deleted": person.is_deleted,
        "profile": profile,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }
    if person.is_deleted:
        return user
    user |= {"real_name": person.name, "color": "4bbe2e", **_zone(state, person.tz)}
    ranks = ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted")
    user |= dict.fromkeys(ranks, False) | {"is_email_confirmed": True}
    return {**user, "locale": "ja-JP"} if with_locale else user


def bot_user(state: State) -> Json:
    own = state.settings
    profile = {"real_name": own.bot_name, "display_name": own.bot_name, "api_app_id": own.app_id}
    profile |= {"bot_id": own.bot_id, "team": own.team_id}
    user = {"id": own.bot_user_id, "team_id": own.team_id, "name": own.bot_name, "deleted": False}
    return {**user, "real_name": own.bot_name, "profile": profile, "is_bot": True, "is_app_user": False}


def _zone(state: State, tz: str) -> Json:
    now = datetime.fromtimestamp(state.clock(), ZoneInfo(tz))
    offset = now.utcoffset()
    return {"tz": tz, "tz_label": now.tzname(), "tz_offset": int(offset.total_seconds()) if offset else 0}
