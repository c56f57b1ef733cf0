"""Roads: where a wish goes that is not yet work for three months. Short words, one question, a lawful neighbour."""

from __future__ import annotations

from dataclasses import dataclass

from flows.questions import DONT_KNOW, Option
from flows.rules.coach.plain import jargon
from prompts.knowledge import job_codes
from prompts.results import Route, WishReading


@dataclass(frozen=True)
class Road:
    """What to say and ask. An option's value leads on: ``=EC-01`` to a code, ``>time`` to a road, ``!`` to a person."""

    says: str
    asks: str
    choices: tuple[Option, ...] = ()
    otherwise: str = ""  # the code when the answer names none
    urgent: str = ""  # words in the answer for which a person should speak at once


def to(value: str, label: str) -> Option:
    return Option(value, label)


SOON = r"今日|明日|あさって|今週|来週|今月|[1１一2２二3３三]週間|もう(?:すぐ|辞め|おら|居|い)|すぐ"
LAST_WEEK = "先週、いちばん時間をとられた作業は何でしたか？"
AGAIN = "では、いちばんやりたいことは何ですか？"

NEAR = (
    to(">sales", "売上のこと"),
    to(">time", "手間のこと"),
    to(">people", "人のこと"),
    to(">nothing", "思いつかない"),
)

FIXED = {
    "vague": Road("もう少しだけ教えてください。", "近いものはどれですか？", NEAR),
    "empty": Road("ありがとうございます。", "いま気になるのは、どれに近いですか？", NEAR),
    "sales": Road(
        "売上のことですね。",
        "近いのはどれですか？",
        (
            to("=EC-01", "ネットで売りたい"),
            to("=SL-01", "新しい取引先がほしい"),
            to("=TR-06", "店に来る人をふやす"),
            to("!", DONT_KNOW),
        ),
    ),
    "time": Road(
        "",
        "手間がかかるのは、どれに近いですか？",
        (
            to("=BO-01", "紙やFAXの仕事"),
            to("=AC-02", "請求や入金の確認"),
            to("=OP-01", "現場の段取り"),
            to("!", DONT_KNOW),
        ),
    ),
    "people": Road(
        "人手のことは大変ですね。",
        "近いのはどれですか？",
        (to(">hire", "人を雇いたい"), to(">time", "今の人の手間を減らす"), to(">time", DONT_KNOW)),
    ),
    "nothing": Road("大丈夫です。", LAST_WEEK, (to(">time", DONT_KNOW),)),
    "again": Road("承知しました。", AGAIN),
    "hire": Road(
        "雇うときはハローワークが近道です。求人の書き方を良くするお手伝いならできます。",
        "求人は、今どこに出しておられますか？",
        (to("=HR-01", "ハローワーク"), to("=HR-01", "ネット"), to("=HR-01", "出していない")),
        otherwise="HR-01",
    ),
    "biased": Road("年齢や性別では選べない仕組みです。", "どんな経験のある方だと、何が助かりますか？"),
    "unpaid": Road(
        "タダや、成果が出たらのお支払いは、決まりで受けられません。",
        "月10時間ほどの小さな始め方なら、いかがですか？",
        (to(">again", "始めてみたい"), to(">rest", "やめておく")),
    ),
    "anonymous": Road(
        "すみません、会社名・住所・連絡先は出す決まりです。",
        "見るのは登録した方だけで、ネットには出ません。それでよろしいですか？",
        (to(">again", "それでよい"), to(">rest", "やめておく")),
    ),
    "migration": Road(
        "移住の募集はしていません。まず一つの催しを一緒に成功させる形なら始められます。",
        "次の催しは何ですか？",
        otherwise="TR-06",
    ),
    "off_topic": Road(
        "すみません、それは分からないんです。",
        "会社のことなら、どれが気になりますか？",
        NEAR,
    ),
    "price": Road("", "では、前から「やりたいな」と思っていたことは、どれに近いですか？", NEAR),
    "too_big": Road("では、身近なところからうかがいます。", LAST_WEEK, (to(">time", DONT_KNOW),)),
}

LICENCES = {
    "gyoseishoshi": "申請書を代わりに書くことは、法律で行政書士の仕事です。商工会にも相談できます。",
    "zeirishi": "税金の申告や相談は、法律で税理士の仕事です。商工会でも紹介してもらえます。",
    "sharoshi": "社会保険や就業規則の書類は、法律で社労士の仕事です。商工会でも紹介してもらえます。",
    "bengoshi": "もめごとの交渉や法律の相談は、弁護士の仕事です。法テラスにも相談できます。",
    "shihoshoshi": "登記の書類は、法律で司法書士の仕事です。商工会でも紹介してもらえます。",
}
A_LICENCE = "それは、法律で資格のある方の仕事です。商工会で紹介してもらえます。"

# What is said after a wish we had to turn down; the staff have seen it.
AFTER = {
    "illegal:fake_review": (
        "口コミを作ることや消すことは、お手伝いできません。返事の書き方なら一緒に作れます。",
        "口コミのことで、いま困っているのはどんなことですか？",
    ),
    "illegal:trade_secret": (
        "それはお手伝いできません。新しいお客さまを探す方法なら、一緒に考えられます。",
        "どんなお客さまがふえるとうれしいですか？",
    ),
    "illegal:": (
        "すみません、それはお手伝いできません。ほかのことなら一緒に考えられます。",
        "前から「やりたいな」と思っていたことは、ほかにありますか？",
    ),
    "worker:": (
        "決まった時間に来てもらう形は、雇用にあたるおそれがあります。仕事を楽にする相談ならできます。",
        "その仕事で、いちばん困っているのはどんなことですか？",
    ),
    "privacy:": (
        "名簿は送らないでください。大切な個人情報です。もし届いても、ここには残しません。",
        "その名簿は、何をするために使っていますか？",
    ),
}


# The work that was offered instead of a turned-down wish.
NEAREST = {"illegal:fake_review": "PR-06", "illegal:trade_secret": "SL-01"}


def after(turned_down: str) -> tuple[str, str]:
    """Return what to say and ask after a turned-down wish (``illegal:fake_review``)."""
    return (
        AFTER.get(turned_down) or AFTER.get(turned_down.split(":", maxsplit=1)[0] + ":") or AFTER["illegal:"]
    )


def road_for(reading: WishReading) -> Road:
    """Choose the road of a reading that is not ready to go."""
    code = reading.codes[0] if reading.codes else ""
    match reading.route:
        case Route.ROUTINE:
            return Road(
                "毎日の代わりは、あまり向いていません。社内で続けられる形づくりなら得意です。",
                "続く形を、一緒に作ってみますか？",
                (to(f"={code}" if code else ">again", "作ってみたい"), to(">again", "ほかの相談をする")),
                otherwise=code,
            )
        case Route.ROUTINE_HIRE:
            return Road(
                "それはお困りですね。雇うのはハローワークが近道です。辞める前に作業を減らすお手伝いはできます。",
                "その方は、いつまでいらっしゃいますか？",
                (to("!", "今月まで"), to(f"={code}", "まだ2〜3か月ある"), to(f"={code}", DONT_KNOW)),
                otherwise=code,
                urgent=SOON,
            )
        case Route.ONEOFF:
            choices = (to(f"={code}", "問い合わせ"), to(f"={code}", "注文"), to(f"={code}", "来てくれる人"))
            return Road(
                "作って終わりではもったいないです。",
                "できあがったら、何がふえるとうれしいですか？",
                choices,
                code,
            )
        case Route.LICENSED:
            near = code or "CM-06"
            return Road(
                LICENCES.get(reading.kind, A_LICENCE),
                "その前の数字や書類の整理を、一緒に進めてみますか？",
                (to(f"={near}", "整理を進めたい"), to(">again", "ほかの相談をする")),
            )
        case Route.GO:
            said = f"「{reading.quote}」ですね。" if reading.quote and not jargon(reading.quote) else ""
            kinds = tuple(to(f"={each}", job_codes()[each].topic) for each in reading.codes)
            return Road(said, "この中では、どれに近いですか？", (*kinds, to(">vague", "ほかのこと")))
        case Route.VAGUE if code in job_codes():
            topic = job_codes()[code].topic
            right = (to(f"={code}", "合っている"), to(">vague", "ちがう"))
            return Road("", f"「{topic}」のことで、合っていますか？", right)
        case Route.HIRE_OR_EASE:
            return FIXED["people"]
        case _:
            return FIXED.get(reading.route.value, FIXED["vague"])
