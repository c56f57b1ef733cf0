"""Mine: what anybody may ask about himself at any moment. How it stands, what we hold, and a time to be left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.actions.people.sides import side_of
from bot.actions.renewal import outcomes as summing
from bot.actions.weekly.slotting import when
from bot.payloads import card_payload, word_payload
from bot.profiles import profile_buttons
from bot.turn import Turn
from flows.beside import detour
from flows.beside.nudging import QUIET
from flows.messages import Button, Card, Line, Message
from flows.rules.calendar import JST, say_day, say_moment
from flows.rules.match.meeting_times import say_both, say_hour
from flows.words import LABELS, Word
from storage.conversations import OPEN, PARKED, WAITING, Conversation
from storage.engagements import Engagement, Phase, Side
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Stage

REST = timedelta(days=14)
NEXT = {
    Phase.QUESTIONS: "お二人そろったら、お答えを同時にお見せします。",
    Phase.DECIDING: "お二人のお返事がそろったら、お知らせします。",
    Phase.FEEDBACK: "ふりかえりがそろったら、同時にお見せします。",
    Phase.RENEWAL: "これからのことを、お二人にうかがっています。",
}


WRITING = {
    Side.OWNER: "最初に決める6つを、お相手が書いています。",
    Side.TALENT: "最初に決める6つを、お書きください。社長に確かめます。",
}
DECIDING = {
    Side.OWNER: "最初に決める6つを、お確かめください。",
    Side.TALENT: "最初に決める6つを、社長が確かめています。",
}
APPLIED = {
    Stage.APPLIED: "応募ずみです。\n社長のお返事が来たら、ここでお知らせします。",
    Stage.SHOWN: "社長が見ています。\nお返事が来たら、ここでお知らせします。",
}
NOTHING_YET = "まだ応募はありません。\nいまの募集は「ホーム」のタブで見られます。"


def state_of(turn: Turn) -> tuple[Message, ...]:
    """いまどうなってる？ in two lines: what stands, and what comes next."""
    me = turn.person()
    said = _standing(turn, me)
    if me.platform == "slack":
        return said or (Message(NOTHING_YET),)
    rests = [item for item in turn.work.conversations.live(me.id) if item.status in (OPEN, WAITING, PARKED)]
    if not said:
        said = (
            Message("ご相談の途中です。\n続きは「前回のつづき」から始められます。")
            if rests
            else Message("まだご相談はありません。\n「相談する」と送ると始められます。"),
        )
    words = [Word.RESUME] if rests else []
    if turn.work.slots.pairs_of(me.party_id):
        words += [Word.MOVE, Word.DAYS_OFF, Word.END]
    on = tuple(Button(LABELS[word], word_payload(word)) for word in words)
    return (*said[:-1], replace(said[-1], buttons=on))


def _standing(turn: Turn, me: Handle) -> tuple[Message, ...]:
    running = [item for item in turn.work.engagements.of_handle(me.id) if item.phase != Phase.ENDED.name]
    if running:
        return tuple(Message(_engagement_line(turn, item, side_of(item, me.id))) for item in running[:3])
    applied = [item for item in turn.work.talents.of_party(me.party_id) if Stage[item.stage] in APPLIED]
    if applied:
        return tuple(Message(_application_line(turn, item)) for item in applied[:3])
    postings = turn.work.postings.of_owner(me.party_id)
    if postings:
        return (Message(_posting_line(turn, postings[0])),)
    return ()


def _posting_line(turn: Turn, posting: Posting) -> str:
    state = State[posting.state]
    until = (
        f"{say_moment(posting.promised_at, turn.now)}までにお知らせします。" if posting.promised_at else ""
    )
    following = {
        State.DRAFT: "あとは会社のことを少しうかがいます。",
        State.REVIEW: f"担当の{turn.house(posting.owner_id).staff}が拝見しています。{until}",
        State.ASKED: "お返事をお待ちしています。",
        State.OPEN: _applicants(turn, posting),
        State.PAUSED: "再開するときは「人と話す」からどうぞ。",
        State.CLOSED: "この募集は終わりました。",
    }[state]
    return f"「{posting.title}」は、いま{state.value}です。\n{following}"


def _applicants(turn: Turn, posting: Posting) -> str:
    count = len(turn.work.talents.of_posting(posting.id, Stage.APPLIED, Stage.SHOWN))
    return f"応募は{count}名です。" if count else "応募があったら、ここでお知らせします。"


def _application_line(turn: Turn, application: Application) -> str:
    title = turn.work.postings.get(application.posting_id).title
    if application.on_hold_at is not None:
        return f"「{title}」は、選考中です。\n社長は、まずほかの方とお会いします。お返事が来たら、ここでお知らせします。"
    return f"「{title}」は、{APPLIED[Stage[application.stage]]}"


def _engagement_line(turn: Turn, engagement: Engagement, side: Side) -> str:
    title = turn.work.postings.get(engagement.posting_id).title
    phase = Phase[engagement.phase]
    following = NEXT.get(phase, "")
    if phase is Phase.KICKOFF:
        owner = turn.work.conversations.live(engagement.owner_handle_id)
        is_written = any(
            talk.flow == "confirm_kickoff" and talk.subject["engagement"] == engagement.id.hex
            for talk in owner
        )
        following = (DECIDING if is_written else WRITING)[side]
    if talk := turn.work.interviews.coming(engagement, turn.now):
        said = say_hour(talk) if side is Side.OWNER else say_both(talk, turn.person().zone)
        following = f"お会いするのは、{said}からです。"
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    if coming is not None:
        following = f"次の打ち合わせは、{when(coming)}からです。"
    today = turn.now.astimezone(JST).date()
    if engagement.ends_on is not None:
        following = f"{say_day(engagement.ends_on)}までです。{following}"
    elif engagement.paused_until is not None and engagement.is_paused(today):
        following = f"{say_day(engagement.paused_until)}までお休みです。{following}"
    return f"「{title}」は、いま{phase.value}です。\n{following}"


def known(turn: Turn) -> tuple[Message, ...]:
    """わたしの情報: what we hold about him, and how to have it put right or deleted."""
    me, party = turn.person(), turn.party()
    company = turn.work.companies.of_party(party.id)
    profile = turn.work.talents.profile(party.id)
    postings = turn.work.postings.of_owner(party.id)
    applied = sum(item.stage != Stage.PASSED.name for item in turn.work.talents.of_party(party.id))
    shown, shared = turn.work.attachments.held_of(me.id), turn.work.attachments.shared_by(me.id)
    consented = turn.work.parties.consented_at(party.id, "service")
    rows = [
        Line("お名前", party.call_name or (profile.name if profile else "")),
        Line("会社", company.legal_name if company else ""),
        Line("住所", company.address if company else ""),
        Line("載せる連絡先", company.contact if company else ""),
        Line("紹介元", party.referred_by),
        Line("ひとこと", profile.headline if profile else ""),
        Line("メール", (me.email or "") if profile is None else (profile.email or "")),
        Line("登録番号", profile.invoice if profile else ""),
        Line("応募", f"{applied}件" if applied else ""),
        Line("ご相談", f"{len(postings)}件" if postings else ""),
        Line("担当に送った写真", f"{shown}枚" if shown else ""),
        Line("お相手に送った写真やファイル", f"{shared}件" if shared else ""),
        Line("同意した日", say_day(consented.astimezone(JST).date()) if consented else ""),
    ]
    held = tuple(line for line in rows if line.text)
    house = turn.house(party.id)
    is_slack = me.platform == "slack"
    way = "直すとき・消したいときは、下のボタンからどうぞ。" if is_slack and profile else ""
    note = way or f"直すとき・消したいときは「人と話す」で、担当の{house.staff}が14日以内にお返事します。"
    card = Card("わたしの情報", held, lead="" if held else "まだ何もお預かりしていません。", note=note)
    buttons = tuple(Button(LABELS[word], word_payload(word)) for word in (Word.TERMS, Word.PERSON))
    if is_slack:
        buttons = (*profile_buttons(profile, me), *buttons[1:])
    pairs = [pair.id for pair in turn.work.engagements.of_handle(me.id)]
    buttons = (*buttons, *summing.withdraw_buttons(turn, me, pairs))
    if turn.work.slots.pairs_of(me.party_id):
        buttons = (*buttons, Button(LABELS[Word.END], word_payload(Word.END)))
    if turn.work.interviews.all_of(me.id):
        renew = Button("予定表の住所を変える", card_payload("calendar", me.id, 0, "renew"))
        buttons = (*buttons, renew)
    return (Message(card=card, buttons=buttons),)


def busy(turn: Turn, talk: Conversation | None) -> None:
    """しばらく忙しい: nobody knocks for two weeks; what is open rests, and is not lost."""
    me = turn.person()
    me.busy_until = turn.now + REST
    for live in turn.work.conversations.live(me.id):
        if live.status in (OPEN, WAITING):
            live.status, live.nudges = PARKED, 0
            live.nudge_at = me.busy_until if live.flow not in QUIET else None
    me.floor = None
    until = say_day(me.busy_until.astimezone(JST).date())
    words = f"承知しました。{until}までは、こちらからお声がけしません。"
    if turn.work.engagements.talking(me.id):
        words += "毎週の打ち合わせのお知らせだけは、お送りします。"
    on: tuple[Word, ...] = (Word.RESUME, Word.PERSON) if talk else (Word.MENU, Word.PERSON)
    if turn.work.slots.pairs_of(me.party_id):
        on = (Word.DAYS_OFF, *on)  # the meetings, too, may rest
    buttons = tuple(Button(LABELS[word], word_payload(word)) for word in on)
    turn.tell(me, Message(f"{words}{detour.KEPT_SO_FAR if talk else ''}", buttons=buttons))
