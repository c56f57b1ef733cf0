"""Reviews: what staff and owner do to a posting between これでよい and published."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from bot.actions.match import inviting
from bot.actions.posting.drafts import called_off, note_code, promise, put_draft, show, to_review
from bot.errors import Refusal
from bot.facts import draft_of
from bot.posting_views import open_posting
from bot.talking import begin
from bot.turn import STAFF, Turn
from flows.facts import Draft
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import AnswerStaff, AskOwner, DecideEdit, ProposeEdit
from flows.rules.calendar import say_moment
from flows.rules.japanese.reading import read_number, read_yen
from flows.rules.match.lineup import FIRST_LIST
from prompts.knowledge import job_codes
from storage.conversations import Conversation
from storage.parties import Handle
from storage.postings import Posting, State

LEGAL = "missing_"  # lint findings of these kinds forbid publishing


def tapped(turn: Turn, tap: CardTapped, *states: State) -> Posting:
    """Check a tap on the staff's card: rights, version and state, on the server, under the lock."""
    if turn.me is None or not turn.me.is_staff:
        raise Refusal("このボタンは、運営スタッフだけが使えます。")
    posting = locked(turn, tap.id)
    if posting is None:
        raise Refusal("この募集は見つかりませんでした。")
    if posting.version != tap.version or State[posting.state] not in states:
        show(turn, posting)
        raise Refusal(f"この募集は、いま「{State[posting.state].value}」です。カードを新しくしました。")
    return posting


def locked(turn: Turn, id: str) -> Posting | None:
    """Lock a posting and, before it, its owner: people first, then aggregates, or two processes could block each other."""
    found = turn.work.session.get(Posting, UUID(id))
    if found is None:
        return None
    turn.work.parties.lock([found.handle_id])
    return turn.work.postings.lock(found.id)


def take(turn: Turn, tap: CardTapped) -> None:
    """引き受ける: one person looks after it."""
    posting = tapped(turn, tap, State.REVIEW, State.ASKED)
    assert turn.me is not None
    if posting.taken_by not in (None, turn.me.id):
        raise Refusal(
            f"この募集は、{turn.work.parties.name(posting.taken_by) or 'ほかの人'}さんが引き受けています。"
        )
    look_after(turn, posting)
    show(turn, posting)


def look_after(turn: Turn, posting: Posting) -> None:
    """Whoever takes a firm's first posting is the firm's own 担当 from then on."""
    assert posting.company_id is not None
    posting.taken_by = posting.taken_by or turn.person().id
    company = turn.work.companies.get(posting.company_id)
    company.staff_id = company.staff_id or posting.taken_by


def publish(turn: Turn, tap: CardTapped) -> None:
    """公開する: the staff's yes, on top of the owner's."""
    posting = tapped(turn, tap, State.REVIEW)
    assert turn.me is not None
    assert posting.company_id is not None
    missing = [text for _, text, kind in posting.lint if kind.startswith(LEGAL)]
    if missing:
        raise Refusal("決まりの項目が足りません。" + " ".join(missing))
    posting.decided_by, is_again = turn.me.id, posting.published_at is not None
    look_after(turn, posting)
    open_up(turn, posting, "公開")
    staff = turn.house(posting.owner_id).staff
    begun = "募集をもう一度始めました" if is_again else "募集を始めました"
    news = Message(
        f"{staff}が拝見して、{begun}。\n「{posting.title}」\n応募があったら、ここでお知らせします。"
    )
    turn.tell(owner(turn, posting), news, *(() if is_again else inviting.few_words(posting)), purpose="news")
    if is_again:
        inviting.tell_applicants(turn, posting)


def open_up(turn: Turn, posting: Posting, reason: str) -> None:
    """From now on people may apply: its card goes out, who fits is asked, and what follows is due."""
    posting.published_at = turn.now
    move(turn, posting, State.OPEN, reason)
    called_off(turn, posting)
    put_up(turn, posting)
    inviting.begin_search(turn, posting)
    turn.work.dues.add("short_list", posting.id.hex, turn.now + FIRST_LIST)
    show(turn, posting)


def put_up(turn: Turn, posting: Posting) -> None:
    """Post it in the channel, or draw anew what hangs there; a posting hidden from somebody is for no channel."""
    channel, subject = turn.postings_channel(posting.job_code), f"posting:{posting.id.hex}"
    if posting.channel_at is not None or posting.hidden_from:
        return turn.refresh(subject, channel=channel) if posting.channel_at else None
    posting.channel_at = turn.now
    turn.post(
        channel,
        open_posting(turn.work, posting),
        subject=subject,
        dedupe=f"published:{posting.id.hex}",
    )


def send_back(turn: Turn, tap: CardTapped) -> None:
    """質問して戻す: opens the form for one plain question."""
    posting = tapped(turn, tap, State.REVIEW)
    assert turn.me is not None
    begin(turn, "send_back", turn.me, {"posting": posting.id.hex, "version": posting.version})


def edit(turn: Turn, tap: CardTapped) -> None:
    """直して見てもらう: opens the form with the draft's lines."""
    posting = tapped(turn, tap, State.REVIEW)
    assert turn.me is not None
    begin(turn, "edit", turn.me, {"posting": posting.id.hex, "version": posting.version})


def ask_owner(turn: Turn, talk: Conversation, outcome: AskOwner) -> None:
    """Carry one plain question to the owner."""
    posting = still(turn, talk, outcome.posting)
    posting.question, posting.reply = outcome.question, ""
    move(turn, posting, State.ASKED, "質問して戻した")
    called_off(turn, posting)
    begin(turn, "clarify", owner(turn, posting), {"posting": posting.id.hex, "question": outcome.question})
    show(turn, posting)


def propose_edit(turn: Turn, talk: Conversation, outcome: ProposeEdit) -> None:
    """Carry an edit to the owner; nothing of it holds before his yes."""
    posting = still(turn, talk, outcome.posting)
    if not outcome.lines:
        raise Refusal("変わったところがありませんでした。", "edit.TITLE")
    posting.proposed = outcome.lines
    move(turn, posting, State.ASKED, "直した案を送った")
    called_off(turn, posting)
    begin(turn, "consent_edit", owner(turn, posting), {"posting": posting.id.hex, "proposed": outcome.lines})
    show(turn, posting)


def answer_staff(turn: Turn, talk: Conversation, outcome: AnswerStaff) -> None:
    """The owner answered: back to the staff, with a new promise."""
    posting = turn.work.postings.lock(UUID(outcome.posting))
    if posting is None or posting.state != State.ASKED.name:
        raise Refusal("ありがとうございます。この件は、もう次に進んでいます。")
    posting.reply = outcome.reply
    back_to_staff(turn, talk, posting, "質問に答えた")


def decide_edit(turn: Turn, talk: Conversation, outcome: DecideEdit) -> None:
    """The owner's yes makes the edit hold; his no leaves everything as it was."""
    posting = turn.work.postings.lock(UUID(outcome.posting))
    if posting is None or posting.state != State.ASKED.name:
        raise Refusal("ありがとうございます。この件は、もう次に進んでいます。")
    if outcome.is_agreed:
        before = posting.job_code
        put_draft(posting, edited(draft_of(posting), outcome.lines))
        posting.approved_at = turn.now
        if posting.job_code != before:
            note_code(turn, posting, before, turn.work.postings.asked_by(posting.id), "slack")
    posting.proposed = None
    if outcome.is_agreed:
        return back_to_staff(turn, talk, posting, "直した案に「これでよい」")
    back_to_staff(turn, talk, posting, "直した案は見送り、元のまま", "承知しました。元のままがよいと、")


def back_to_staff(
    turn: Turn, talk: Conversation, posting: Posting, reason: str, thanks: str = "ありがとうございます。"
) -> None:
    to_review(turn, posting, talk.party_id, "line", reason)
    until = say_moment(posting.promised_at or turn.now, turn.now)
    handle = turn.work.parties.handle(talk.handle_id)
    turn.tell(
        handle,
        Message(f"{thanks}{turn.house(talk.party_id).staff}に伝えました。{until}までにお知らせします。"),
    )


def edited(draft: Draft, lines: dict[str, str]) -> Draft:
    """Apply the staff's lines to a draft."""
    return replace(
        draft,
        title=lines.get("TITLE", draft.title),
        goal=lines.get("GOAL", draft.goal),
        tasks=tuple(line.strip("・ ") for line in lines["TASKS"].splitlines() if line.strip())
        if "TASKS" in lines
        else draft.tasks,
        hours=read_number(lines.get("HOURS", "")) or draft.hours,
        pay=read_yen(lines.get("PAY", "")) or draft.pay,
        code=lines["CODE"] if lines.get("CODE") in job_codes() else draft.code,
    )


def still(turn: Turn, talk: Conversation, id: str) -> Posting:
    """Lock the posting a staff form is about; somebody else may have acted meanwhile."""
    if turn.me is None or not turn.me.is_staff:
        raise Refusal("この操作は、運営スタッフだけができます。")
    posting = locked(turn, id)
    if posting is None or posting.state != State.REVIEW.name or posting.version != talk.subject["version"]:
        raise Refusal("この募集は、ほかの人が先に進めました。カードを見てください。")
    return posting


def move(turn: Turn, posting: Posting, to: State, reason: str) -> None:
    assert turn.me is not None
    turn.work.postings.move(
        posting, to, by=turn.me.id, channel="slack", event=turn.event_id, now=turn.now, reason=reason
    )


def owner(turn: Turn, posting: Posting) -> Handle:
    return turn.work.parties.handle(posting.handle_id)


def warn(turn: Turn, subject: str) -> None:
    """An hour before the promised time: tell staff."""
    posting = turn.work.postings.lock(UUID(subject))
    if posting is None or posting.state != State.REVIEW.name:
        return
    turn.post(STAFF, Message(f"あと1時間です：「{posting.title}」のお返事を、社長に約束しています。"))


def own_up(turn: Turn, subject: str) -> None:
    """The promised time has passed: say so to the owner, and promise anew."""
    posting = turn.work.postings.lock(UUID(subject))
    if posting is None or posting.state != State.REVIEW.name:
        return
    promise(turn, posting)
    until = say_moment(posting.promised_at or turn.now, turn.now)
    staff = turn.house(posting.owner_id).staff
    sorry = Message(
        f"お約束の時間を過ぎてしまい、すみません。{staff}がまだ拝見しています。{until}までにお知らせします。"
    )
    turn.tell(owner(turn, posting), sorry, purpose="news")
    turn.post(
        STAFF,
        Message(
            f"約束の時間を過ぎました：「{posting.title}」。社長におわびし、{until}までとお伝えしました。"
        ),
    )
    show(turn, posting)
