"""Chart data: the numbers of a pair as a picture shows them. Nothing is drawn here: that needs no store."""

from __future__ import annotations

from datetime import datetime

from bot.pages import week_view
from bot.pages.page_links import CHART
from bot.turn import Turn
from flows.messages import Message, Picture
from flows.weekly.charts import Chart
from storage.engagements import Engagement
from storage.unit_of_work import Work


def chart(work: Work, engagement: Engagement, until: datetime) -> Chart:
    """Give what was known at a moment: an address that was sent shows the same picture for ever."""
    number = week_view.gauge(work, engagement)
    points = week_view.readings_by(work.weeks.readings(engagement.id), until)
    few = bool(points) and number.is_few(points[-1][1])
    return Chart(number.name, number.unit, points, number.start, number.goal, few)


def picture(turn: Turn, engagement: Engagement) -> tuple[Message, ...]:
    """The picture of the number as it is now, where we have an address to show it at."""
    url = turn.rules.page_url(CHART, engagement.id, turn.now)
    if not url.startswith("https://"):
        return ()  # neither platform takes a picture from elsewhere; the words stand by themselves
    return (Message(picture=Picture(url, chart(turn.work, engagement, turn.now).alt())),)
