"""Ending card: what the staff read of an ending, drawn from the store: the day, who wants it and why, what is still open."""

from __future__ import annotations

from flows.messages import Line
from flows.renewal.parting import Reason
from flows.rules.calendar import say_day
from storage.endings import STAFF, Ending
from storage.engagements import Side
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import Work

WHO = {Side.OWNER.name: "社長", Side.TALENT.name: "お相手", STAFF: "担当(お二人と話して)"}


def lines(work: Work, task: StaffTask) -> tuple[Line, ...]:
    """Say how far an ending has come; of another card, nothing."""
    if task.kind != TaskKind.ENDING.name or task.engagement_id is None:
        return ()
    ending, engagement = work.endings.last(task.engagement_id), work.engagements.get(task.engagement_id)
    if ending is None or engagement.ends_on is None:
        return ()
    back = (("会社", ending.owner_returned_at), ("お相手", ending.talent_returned_at))
    why = reasons(ending)
    return (
        Line("最後の日", say_day(engagement.ends_on)),
        Line("お知らせした方", "と".join(WHO[each] for each in ending.given_by.split())),
        *((Line("わけ(お相手には見せません)", why),) if why else ()),
        Line("引き継ぎのメモ", "あり" if ending.handed_at else "まだ"),
        Line("データとパスワード", "・".join(f"{name} {'すみ' if at else 'まだ'}" for name, at in back)),
    )


def reasons(ending: Ending) -> str:
    told = (("社長", ending.why_owner), ("お相手", ending.why_talent))
    return " / ".join(f"{name}：{Reason[why].value}" for name, why in told if why)
