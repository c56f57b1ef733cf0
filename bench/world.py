"""World: firms and professionals who already work together, written in bulk; their weeks run by the product."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Engine, insert

from bench.talk import owner_id
from bot.actions.posting.welcome import SERVICE
from storage.companies import Company
from storage.database import new_id
from storage.engagements import Engagement, Meeting, Phase
from storage.parties import Consent, Handle, Party
from storage.postings import Posting, State
from storage.talents import Application, Stage, Talent
from storage.time_rows import DueRow
from storage.unit_of_work import begin

AT_ONCE = 5_000  # rows of one statement
WORDS = "通販の写真と文章を、いっしょに直して、月に十件の注文をいただけるようにします。"


def pair(engine: Engine, count: int, phase: Phase, now: datetime) -> list[UUID]:
    """Let so many firms and professionals be matched; gives their engagements."""
    engagements = [new_id() for _ in range(count)]
    rows: dict[type, list[dict[str, object]]] = {}
    for number, engagement in enumerate(engagements):
        for model, row in _pair(number, engagement, phase, now):
            rows.setdefault(model, []).append(row)
    _write(engine, rows)
    return engagements


def _pair(number: int, engagement: UUID, phase: Phase, now: datetime) -> list[tuple[type, dict[str, object]]]:
    owner, talent, firm, posting, application = (new_id() for _ in range(5))
    hears, works = new_id(), new_id()
    known = dict(is_reachable=True, is_staff=False, created_at=now)
    agreed = dict(kind=SERVICE, text_version="bench", at=now)
    skills = dict(
        headline="通販の立ち上げ", by_hand=WORDS, skills="写真、文章", hours_month=16, slots="水曜の午前"
    )
    terms = dict(
        pay_month_yen=80_000, employment="独立", permission="いりません", insurance="なし", updated_at=now
    )
    wish = dict(
        wish_raw=WORDS, words_raw=WORDS, words_shown=WORDS, title="通販をはじめる", goal=WORDS, measure=WORDS
    )
    work = dict(
        first_tasks=["写真を撮り直す", "文章を書く"],
        partner="美咲",
        hours_month=16,
        approved_at=now,
        created_at=now,
    )
    return [
        (Party, dict(id=owner, kind="owner", created_at=now)),
        (Party, dict(id=talent, kind="talent", created_at=now)),
        (Handle, dict(id=hears, party_id=owner, platform="line", external_id=owner_id(number), **known)),
        (Handle, dict(id=works, party_id=talent, platform="slack", external_id=f"U{number:09d}", **known)),
        (Consent, dict(party_id=owner, channel="line", **agreed)),
        (Talent, dict(party_id=talent, handle_id=works, name="高橋 由紀", **skills, **terms)),
        (
            Company,
            dict(
                id=firm,
                legal_name="山崎醸造株式会社",
                address="長野県",
                contact="026-000-0000",
                created_at=now,
            ),
        ),
        (
            Posting,
            dict(
                id=posting,
                owner_id=owner,
                handle_id=hears,
                company_id=firm,
                state=State.OPEN.name,
                job_code="EC-01",
                **wish,
                **work,
            ),
        ),
        (
            Application,
            dict(
                id=application,
                posting_id=posting,
                party_id=talent,
                handle_id=works,
                stage=Stage.ENGAGED.name,
                answers={},
                terms=WORDS,
                created_at=now,
            ),
        ),
        (
            Engagement,
            dict(
                id=engagement,
                posting_id=posting,
                application_id=application,
                owner_handle_id=hears,
                talent_handle_id=works,
                phase=phase.name,
                weekday=2,
                meets_at=time(10),
                created_at=now,
            ),
        ),
    ]


def meet(engine: Engine, engagements: list[UUID], first: datetime, weeks: int, slots: int) -> int:
    """Plan everybody's meetings of so many weeks, spread over slots of an hour; gives how many share a slot.

    Each has its reminder as a due row, a day before.
    """
    rows: dict[type, list[dict[str, object]]] = {Meeting: [], DueRow: []}
    for number, engagement in enumerate(engagements):
        for week in range(weeks):
            id, at = new_id(), first + timedelta(weeks=week, hours=number % slots)
            rows[Meeting].append(dict(id=id, engagement_id=engagement, number=week + 1, meets_at=at))
            due = dict(purpose="remind", subject=id.hex, due_at=at - timedelta(days=1))
            rows[DueRow].append(due)
    _write(engine, rows)
    return len(engagements) // slots


def _write(engine: Engine, rows: dict[type, list[dict[str, object]]]) -> None:
    with begin(engine) as work:
        for model, many in rows.items():
            for at in range(0, len(many), AT_ONCE):
                work.session.execute(insert(model), many[at : at + AT_ONCE])
