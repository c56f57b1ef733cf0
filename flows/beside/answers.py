"""Answers: the six cards about us, given by free reply at any moment."""

from __future__ import annotations

from flows.facts import House
from flows.messages import Card, Line, Message
from flows.questions import yen
from flows.words import Word


def answer(word: Word, house: House) -> tuple[Message, ...]:
    """Return what we say about one of the six topics, or the full text on data."""
    return {
        Word.PRICE: price,
        Word.WHO: who,
        Word.COMPARE: compare,
        Word.SAFETY: safety,
        Word.PREPARE: prepare,
        Word.QUIT: leaving,
        Word.TERMS: terms,
    }[word](house)


def price(house: House) -> tuple[Message, ...]:
    return (
        Message(
            "お金のことですね。先に始まった別のサービスでは、お相手へ平均で月11万円でした(2020年まで)。"
            f"ほかに手数料が月{yen(house.fee_yen)}です。"
        ),
        Message(f"{house.fee_months}か月を過ぎたら、手数料はいただきません。ここまでのご相談は無料です。"),
    )


def who(house: House) -> tuple[Message, ...]:
    return (
        Message(
            "都市の会社で経験をつんだ方が、空いた時間で手伝います。"
            "ビデオ通話が広まり、遠くの会社も手伝えるようになったからです。"
        ),
        Message("ふるさとや好きな土地の役に立ちたい、という方が多くおられます。選ぶのは社長です。"),
    )


def compare(house: House) -> tuple[Message, ...]:
    return (
        Message(
            card=Card(
                "雇う・外注とのちがい",
                lines=(
                    Line("人を雇う", "毎日の仕事に向きます。見つかるまで時間がかかります。"),
                    Line("外注する", "決まった物を作ってもらうのに向きます。作って終わりです。"),
                    Line(
                        "この仕組み",
                        "月20〜30時間、社内の方と一緒に手を動かします。毎日の代わりには向きません。",
                    ),
                ),
            )
        ),
    )


def safety(house: House) -> tuple[Message, ...]:
    licence = (Line("許可", house.licence),) if house.licence else ()
    return (
        Message(
            card=Card(
                "安心のしくみ",
                lines=(
                    Line("人の目", f"募集は、担当の{house.staff}が読んでから出します。"),
                    Line("秘密", "契約で、秘密を守る約束をします。"),
                    Line("お金", "ここで振り込みをお願いすることはありません。"),
                    *licence,
                ),
                note="あやしいと思ったら、消費者ホットライン188や警察の#9110に相談できます。",
            )
        ),
    )


def prepare(house: House) -> tuple[Message, ...]:
    return (
        Message(
            "用意するものは2つです。一緒に進める社内の方お一人と、平日の日中に毎週30分。"
            "パソコンかスマホが1台あれば始められます。"
        ),
    )


def leaving(house: House) -> tuple[Message, ...]:
    return (
        Message(
            "1か月ごとの契約です。やめたいときは、30日前までにここでお知らせください。わけは一言で大丈夫です。"
        ),
    )


def terms(house: House) -> tuple[Message, ...]:
    """The full text on personal data; law asks for it, so it may be long."""
    phone = f" / 電話 {house.phone}" if house.phone else ""
    return (
        Message(
            card=Card(
                "個人情報の取り扱い(全文)",
                lines=(
                    Line(
                        "1 集めるもの",
                        "お名前・呼び方、会社名・住所・連絡先、ご相談の内容、LINEの利用者番号。",
                    ),
                    Line(
                        "2 使いみち",
                        "相談の整理、募集文づくり、お相手の紹介、契約と毎週の打ち合わせの支え、法律で決まった記録。",
                    ),
                    Line(
                        "3 お相手に見せるもの",
                        "募集に載せると決めた内容だけです。載せる前に必ずお見せします。",
                    ),
                    Line(
                        "4 紹介元",
                        "紹介元の銀行などには、お許しがあるときだけ進み具合を伝えます。はじめは伝えません。",
                    ),
                    Line(
                        "5 預け先",
                        "LINE、Slack、文を整える人工知能の会社(外国のコンピューターを含みます)。学習には使わせません。",
                    ),
                    Line(
                        "6 お金と暗証番号",
                        "振込先や暗証番号、マイナンバーは集めません。送られたときは伏せて残します。",
                    ),
                    Line(
                        "7 消したいとき",
                        "「人と話す」でお申し出ください。14日以内にお答えします。法律で残す書類は残ります。",
                    ),
                    Line("8 窓口", f"{house.operator} 担当 {house.staff}({house.hours}){phone}"),
                ),
            )
        ),
    )
