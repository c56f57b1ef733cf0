"""Companions: a second talk, with who goes along in the firm; he joins on his own LINE by a code that the owner passes on."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import timedelta

from bot.actions.interview import dates, interviewing
from bot.actions.interview.arranging import of_outcome
from bot.actions.people.sides import both, locked
from bot.facts import other_name
from bot.talking import begin
from bot.turn import Turn
from flows.interview.interview_outcomes import BringPartner
from flows.messages import Message
from flows.posting.partnering import LATER
from flows.rules.coach.drafting import is_himself
from flows.rules.japanese.names import in_talk
from storage.companies import Role
from storage.conversations import CLOSED, Conversation
from storage.engagements import Engagement, Phase, Side
from storage.interviews import Arranged, Invite

LASTS = timedelta(days=7)
TRIES, WITHIN = 5, timedelta(hours=1)
CODE = re.compile(
    r"(?P<word>合言葉|あいことば|合い言葉)?[\s:は「]*(?P<code>[0-9]{4}[\s-]?[0-9]{4})[」\s。です]*"
)
LIKE_CODE = re.compile(r"(?:合言葉|あいことば|合い言葉)[\s:は「]*[0-9][0-9\s-]{1,14}[」\s。です]*")
WRONG = "すみません、その合言葉では見つかりませんでした。送られてきた数字を、もう一度ご確認ください。"
TOO_OFTEN = "すみません、少し時間をおいてから、もう一度お送りください。"
GONE = "すみません、この合言葉は使えなくなりました。社長に、新しい合言葉をお願いしてください。"


def meet_again(turn: Turn, engagement: Engagement) -> None:
    """They meet once more: two more questions, and this time with who goes along."""
    engagement.interview, engagement.phase = 2, Phase.QUESTIONS.name
    interview = turn.work.interviews.add(engagement, turn.now)
    for _, id in both(engagement):
        turn.tell(turn.work.parties.handle(id), Message("もう一度、お会いすることになりました。"))
    interviewing.ask_questions(turn, engagement, Side.TALENT)
    posting = turn.work.postings.get(engagement.posting_id)
    if is_himself(posting.partner) or posting.partner in ("", LATER):
        interview.partner = "ALONE"
        return interviewing.ask_for_hours(turn, engagement, interview, Side.OWNER)
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    begin(turn, "bring_partner", owner, {"interview": interview.id.hex, "engagement": engagement.id.hex})
    interviewing.chase(turn, interview)


def bring_partner(turn: Turn, talk: Conversation, outcome: BringPartner) -> None:
    """Keep how he comes, hand over a code where he is called by LINE, and go on to the hours."""
    engagement, interview, _ = of_outcome(turn, outcome.interview, Arranged.OFFER, talk.handle_id)
    interview.partner = outcome.how
    me = turn.work.parties.handle(talk.handle_id)
    if outcome.how == "LINE":
        code = new_code(turn, engagement)
        house = turn.house(me.party_id)
        turn.tell(me, Message("次の文を、その方にそのまま送ってください。"))
        turn.tell(
            me,
            Message(
                f"LINEで「{house.operator}」を友だちに追加して、「合言葉 {code}」と送ってください。(7日のあいだ、お一人だけ使えます)"
            ),
        )
    elif outcome.how == "PHONE":
        turn.tell(me, Message("承知しました。日にちが決まったら、その方にお伝えください。"))
    interviewing.ask_for_hours(turn, engagement, interview, Side.OWNER)


def new_code(turn: Turn, engagement: Engagement) -> str:
    """Make a code; those made before for this pair end."""
    turn.work.interviews.end_invites(engagement.id, turn.now)
    code = f"{secrets.randbelow(10**8):08}"
    turn.work.session.add(Invite(engagement_id=engagement.id, code=code, expires_at=turn.now + LASTS))
    turn.work.session.flush()
    return f"{code[:4]}-{code[4:]}"


def typed(turn: Turn, text: str) -> bool:
    """Take 「合言葉 1234-5678」; tell whether it was one. Bare figures that fit nothing are left to the question."""
    me, plain = turn.person(), unicodedata.normalize("NFKC", text[:60]).strip()
    hit = CODE.fullmatch(plain)
    if me.platform != "line" or me.is_staff or (hit is None and not LIKE_CODE.fullmatch(plain)):
        return False
    is_meant = hit is None or bool(hit["word"])
    if turn.work.interviews.tries(me.id, turn.now - WITHIN) >= TRIES:
        return _said(turn, TOO_OFTEN) if is_meant else False
    code = re.sub(r"\D", "", hit["code"]) if hit else ""
    invite = turn.work.interviews.invite(code) if code else None
    if invite is None:
        turn.work.interviews.note_try(me.id, turn.now, turn.now - WITHIN)
        return _said(turn, WRONG) if is_meant else False
    return join(turn, invite)


def _said(turn: Turn, words: str) -> bool:
    turn.tell(turn.person(), Message(words))
    return True


def join(turn: Turn, invite: Invite) -> bool:
    """Whoever typed it first goes along from now on."""
    me = turn.person()
    engagement = locked(turn, invite.engagement_id.hex)
    turn.work.session.refresh(invite)
    if invite.used_by == me.id:
        return _said(turn, "もうつながっています。日にちは、ここでお知らせします。")
    if invite.used_by or invite.expires_at <= turn.now or engagement.phase == Phase.ENDED.name:
        return _said(turn, GONE)
    if me.id == engagement.owner_handle_id:
        return _said(turn, "この合言葉は、一緒に進める方のスマホから送ってもらってください。")
    invite.used_by, invite.used_at, engagement.partner_handle_id = me.id, turn.now, me.id
    posting = turn.work.postings.get(engagement.posting_id)
    firm = in_talk(turn.work.companies.get(posting.company_id).legal_name) if posting.company_id else "会社"
    if posting.company_id and turn.work.companies.of_party(me.party_id) is None:
        turn.work.companies.join(posting.company_id, me.party_id, Role.MEMBER, may_decide=False)
    for talk in turn.work.conversations.live(me.id):
        if talk.flow == "hello":  # he came for this, not with a wish of his own
            talk.status = CLOSED
            me.floor = None if me.floor == talk.id else me.floor
    talent = other_name(turn, engagement, Side.OWNER)
    turn.tell(me, Message(f"つながりました。{firm}の社長と{talent}のお話の日にちを、ここでお知らせします。"))
    turn.tell(
        turn.work.parties.handle(engagement.owner_handle_id),
        Message("一緒に進める方と、LINEでつながりました。日にちは、その方にもお知らせします。"),
    )
    interview = turn.work.interviews.of(engagement)
    if interview is not None and interview.state == Arranged.SET.name:
        dates.tell_partner(turn, engagement, interview)
    return True
