"""Zones: where talents live, by names people know; a zone is named as Slack names it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.rules.calendar import JST

HOME = "Asia/Tokyo"
ZONES = {
    HOME: "日本",
    "Asia/Seoul": "韓国",
    "Asia/Taipei": "台湾",
    "Asia/Shanghai": "中国",
    "Asia/Hong_Kong": "香港",
    "Asia/Manila": "フィリピン",
    "Asia/Singapore": "シンガポール",
    "Asia/Kuala_Lumpur": "マレーシア",
    "Asia/Jakarta": "インドネシア(ジャカルタ)",
    "Asia/Bangkok": "タイ",
    "Asia/Ho_Chi_Minh": "ベトナム",
    "Asia/Kolkata": "インド",
    "Asia/Dubai": "アラブ首長国連邦",
    "Europe/Tallinn": "エストニア",
    "Europe/Helsinki": "フィンランド",
    "Europe/Stockholm": "スウェーデン",
    "Europe/Berlin": "ドイツ",
    "Europe/Amsterdam": "オランダ",
    "Europe/Paris": "フランス",
    "Europe/Zurich": "スイス",
    "Europe/Rome": "イタリア",
    "Europe/Madrid": "スペイン",
    "Europe/London": "イギリス",
    "Europe/Lisbon": "ポルトガル",
    "America/Sao_Paulo": "ブラジル(サンパウロ)",
    "America/New_York": "アメリカ東部",
    "America/Toronto": "カナダ東部",
    "America/Chicago": "アメリカ中部",
    "America/Denver": "アメリカ山岳部",
    "America/Los_Angeles": "アメリカ西部",
    "America/Vancouver": "カナダ西部",
    "Pacific/Honolulu": "ハワイ",
    "Australia/Sydney": "オーストラリア東部",
    "Australia/Perth": "オーストラリア西部",
    "Pacific/Auckland": "ニュージーランド",
}


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone's; whatever else somebody sends is none."""
    try:
        return bool(name) and ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder, a line break
        return False


def apart(zone: str, now: datetime) -> str:
    """Say how far a zone's clock is from Japan's at a moment: 「日本より7時間おそい」; empty where it is the same."""
    if not is_zone(zone):
        return ""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset()
    here = now.astimezone(JST).utcoffset()
    if ahead is None or here is None or ahead == here:
        return ""
    minutes = int(abs((ahead - here).total_seconds())) // 60
    hours = f"{minutes // 60}時間" + (f"{minutes % 60}分" if minutes % 60 else "")
    return f"日本より{hours}{'はやい' if ahead > here else 'おそい'}"
