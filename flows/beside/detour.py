"""Detour: what the bot says beside the road, before it repeats its question."""

from __future__ import annotations

from flows.facts import House
from flows.inbound import Kind
from flows.words import ANSWERS, Word

LEAST_WISH = 4  # shorter words before consent are a hello, not a wish

HARD_TO_READ = "「人と話す」でも大丈夫です。"
UNCLEAR = "すみません、うまく読み取れませんでした。"
NOD = "ありがとうございます。"
OVERHEARD = "ありがとうございます。いまのお話は、残しました。"
ON = "では、続きです。"
THINKING = "いま考えています。もう少しだけお待ちください。"
SLOW = "考えるのに少し時間がかかっています。できあがったら、下のボタンで見られます。"
CANCEL = "お話は残しておきます。今日はここまでにしますか？"
PARKED = "承知しました。ここまでのお話は残してあります。またいつでも声をかけてください。"
BACK_AGAIN = "おかえりなさい。"
IN_THE_MIDDLE = "いまのご相談の続きからどうぞ。"
FIRST_THIS = "ありがとうございます。先に、こちらを一つだけ教えてください。"
FOR_WHOM = "ありがとうございます。どなたへのお話ですか？"
BACK = "ひとつ前に戻ります。"
STAY, CHANGE = "このままでよい", "変える"
STAY_SO = "このまま"
WHICH = "どれを直しますか？"
WHICH_OF_TWO = "ご質問ですか、お答えですか？"
WHICH_QUESTION = "どちらのお返事ですか？"
NOTHING_TO_EDIT = "まだ直すところがありません。"
FORMER = "もう一度うかがいます。"
KEPT_SO_FAR = "ここまでのお話は残してあります。"
UNSENT = "取り消しを受け取りました。こちらの記録からも消しました。"
UNSENT_SEEN = "取り消しを受け取り、記録を消しました。お相手にはもう届いていたので、担当にも伝えました。"
UNSENT_PHOTO = "取り消しを受け取り、写真を消しました。担当は、もう見ているかもしれません。"
UNSENT_THING = "取り消しを受け取り、こちらからは消しました。お相手は、もう見ているかもしれません。"
NOT_HERE = "ありがとうございます。写真やファイルは、ここでは受け取れません。文字でお送りください。"
IN_THE_THREAD = "写真やファイルは、お相手とのスレッドに置いてください。そこからお届けします。"
AT_HOME = (
    "ありがとうございます。いまのことは「ホーム」のタブで見られます。困ったら「人と話す」と送ってください。"
)
NO_PHOTO = "送る写真が見つかりませんでした。もう一度、写真を送ってください。"
JOINED = "続きも、いっしょに残しました。いま考えています。"
NO_BACK = "まだ戻るところがありません。"
FOREIGN = "すみません、そのボタンは使えませんでした。"
OVER = "そのご相談は、もう次に進んでいます。"

MENUS = {
    Word.MORE: ANSWERS,
    Word.HELP: (Word.BACK, Word.LATER, Word.MORE, Word.PERSON),
}


def menu(word: Word, house: House) -> str:
    match word:
        case Word.MORE:
            return "どれが気になりますか？"
        case Word.HELP:
            return f"ボタンを押すか、話し言葉でお返事ください。番号の「1」でも大丈夫です。困ったら担当の{house.staff}({house.hours})につなぎます。"
        case _:
            return "どうされますか？"


def changes(answered: str) -> str:
    """Offer to change what an old button's question was answered with."""
    said = f"「{answered}」とお答え" if answered else "お返事を"
    return f"その質問には{said}いただいています。変えますか？"


def another(wish: str) -> str:
    """Ask whether a wish typed at the preview is to take the place of the old one."""
    return f"一緒に進める方とお支払いはそのままで、「{wish}」に変えますか？"


def former(answered: str) -> str:
    return f"いまのお答えは「{answered}」です。"


def kept(kind: Kind) -> str:
    """Thank for what is no text, and say that it was not opened."""
    match kind:
        case Kind.STICKER:
            return NOD
        case Kind.VOICE:
            return "声が届きました。いまは文字だけ読み取れます。"
        case Kind.OTHER:
            return "ありがとうございます。これは、ここでは開けません。"
        case _:
            return f"{kind.value}が届きました。ここでは開けないので、文字でお願いします。"


def resumed(last: str) -> str:
    """Recap in one line where we were: his own last words."""
    return f"前回は「{last}」までうかがいました。続きから始めます。" if last else "前回の続きから始めます。"


def go_on(last: str) -> str:
    so_far = f"前回は「{last}」までうかがっています。" if last else ""
    return f"{so_far}前回の続きから始めますか？"
