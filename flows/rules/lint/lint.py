"""Lint: what staff should see before a posting goes out. It points; people decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flows.rules.coach.plain import jargon
from flows.rules.coach.routes import hard_road
from flows.rules.japanese.folding import sentences
from flows.rules.lint.sensitive import sensitive
from prompts.results import Route

Level = Literal["stop", "warn", "note"]
LONGEST_WIN_DAYS = 92  # 「3か月以内」
HOUR_YEN = (1500, 10_000)  # the seeds' average is 3,700 an hour; outside this band someone should ask
LONG_MONTH = 80  # hours a month from which it looks like employment


@dataclass(frozen=True)
class Lintable:
    """The posting's lines, as they would be published."""

    title: str
    owner_words: str
    goal: str
    first_tasks: tuple[str, ...]
    place: str
    pay_month_yen: int | None
    hours_month: int | None
    firm_name: str
    firm_address: str
    contact: str

    def lines(self) -> tuple[tuple[str, str], ...]:
        tasks = tuple((f"最初の仕事{at}", task) for at, task in enumerate(self.first_tasks, start=1))
        return (
            ("題名", self.title),
            ("社長のことば", self.owner_words),
            ("目標", self.goal),
            *tasks,
            ("場所", self.place),
        )


@dataclass(frozen=True)
class Finding:
    """One point for staff: ``kind`` is a released name, ``where`` the line, ``excerpt`` its own words."""

    kind: str
    level: Level
    where: str
    text_ja: str
    excerpt: str = ""

    @property
    def question(self) -> str:
        """Return a plain question that may be put to the owner about it."""
        return QUESTIONS.get(self.kind, "")


def lint(posting: Lintable) -> tuple[Finding, ...]:
    """Find what could stop, mislead or harm; the gravest first."""
    found = [*_missing(posting), *_lines(posting), *_pay(posting), *_goal(posting)]
    order = {"stop": 0, "warn": 1, "note": 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order[finding.level]))


def _missing(posting: Lintable) -> Iterator[Finding]:
    items = (
        ("firm_name", "募集者の名称", posting.firm_name),
        ("firm_address", "住所", posting.firm_address),
        ("contact", "連絡先", posting.contact),
        ("work", "業務の内容", "".join(posting.first_tasks)),
        ("place", "従事する場所", posting.place),
        ("pay", "報酬", posting.pay_month_yen),
    )
    for kind, name, value in items:
        if not (value.strip() if isinstance(value, str) else value):
            yield Finding(f"missing_{kind}", "stop", name, f"{name}がありません。募集に必ず出す決まりです。")


ROADS: dict[Route, tuple[str, Level, str]] = {
    Route.WORKER: ("worker", "stop", "時間と場所を決めて働いてもらう形は、雇用にあたるおそれがあります。"),
    Route.LICENSED: ("licensed", "stop", "資格のある方しか受けられない仕事が入っています。"),
    Route.BIASED: ("unfair", "stop", "性別・年齢・出身などで人を選ぶ言葉があります。"),
    Route.UNPAID: ("unpaid", "stop", "無償や成果が出たときだけの支払いは受けられません。"),
    Route.ANONYMOUS: ("anonymous", "stop", "会社名などを伏せた募集はできません。"),
    Route.PRIVACY: ("privacy", "stop", "お客さまなどの個人の情報を渡す形になっています。"),
    Route.ILLEGAL: ("illegal", "stop", "法律や決まりに反するおそれがあります。"),
    Route.DISTRESS: ("distress", "stop", "社長ご本人がつらい状態かもしれません。先にお電話を。"),
    Route.HIRE: ("hire", "warn", "社員やパートを雇いたい募集に見えます。"),
    Route.MIGRATION: ("migration", "note", "移住してくれる人を探す言葉があります。"),
}
WORDS: tuple[tuple[str, Level, str, re.Pattern[str]], ...] = (
    ("worker", "stop", "断れない・専属・代わりは不可、という条件は外してください。", re.compile(
        r"専属|掛け持ち(?:は)?(?:不可|禁止|だめ|ダメ)|副業(?:は)?(?:不可|禁止)|他社の仕事(?:は|を)?(?:禁止|しない|受けない|断)|断(?:れません|れない|ることはでき)|代わりの(?:人|者|方)は?(?:不可|だめ|ダメ|認め)")),
    ("worker", "stop", "出社・勤怠・シフトの言葉があります。雇用にあたるおそれがあります。", re.compile(
        r"タイムカード|出社|常駐|シフト(?:に|で|制)|週[5五](?:日|で|勤務)?|フルタイム|遅刻|欠勤|皆勤|残業(?:あり|可|でき|して)|有給|試用期間|社会保険完備|客先(?:に|で)(?:常駐|作業)|派遣")),
    ("worker", "warn", "細かな指示の言葉があります。求める結果と、やり方はお任せと書き直してください。", re.compile(
        r"指示(?:どおり|通り|に従|のもと|の下)|言(?:うとおり|われたとおり|う通り)|(?:上司|部長|課長)の(?:下|もと)で|承認(?:が|を)?(?:ないと|なしに|得て)|毎日(?:の)?報告|逐一")),
    ("worker", "warn", "社員のように見せる物の貸与があります。安全のためなら理由を書いてください。", re.compile(
        r"(?:会社|うち|当社|弊社)の(?:名刺|制服|社員証|社員メール)|名刺(?:を)?(?:持って|渡|支給)|制服(?:を)?(?:着|支給|貸与)")),
    ("worker", "warn", "「時給」は雇用の言葉です。月の目安の金額にしてください。", re.compile(r"時給|日給|月給|給与|給料(?:は|を)?(?:払|出)|賞与|ボーナス")),
    ("fraud", "stop", "先にお金を払わせる、または詐欺に使われる言葉があります。", re.compile(
        r"先に(?:お金|振り?込|払|送金)|前払い(?:で|して)(?:お願い|ください|もら)|(?:登録料|保証金|教材費|入会金|手付金)|振り?込(?:んで|み)(?:いただ|もら|ください|から)|仮想通貨|暗号資産|ビットコイン|電子マネー|ギフトカード|プリペイド|口座(?:を)?(?:貸|売|作って)|アマギフ")),
    ("fraud", "stop", "「誰でも簡単に稼げる」という書き方は使えません。", re.compile(
        r"(?:誰|だれ)でも(?:簡単|かんたん|すぐ)|(?:簡単|かんたん|楽)に稼|必ず(?:儲|もう)か|確実に(?:儲|もう|稼)|高額(?:報酬|バイト)|即日(?:現金|払い|入金)|日払い|不労所得|荷物を(?:受け取|運ぶ)だけ|ホワイト案件")),
    ("fraud", "warn", "別の連絡手段へ誘う言葉があります。", re.compile(r"テレグラム|telegram|シグナルで|signal|カカオ|wechat|whatsapp|個人(?:の)?LINE|LINE\s?ID", re.IGNORECASE)),
    ("unpaid", "stop", "報酬のない仕事、または物を買ってもらう条件があります。", re.compile(
        r"無償|無給|ボランティア|タダで|ただで(?:やっ|お願い|手伝)|無料(?:で|のお試し)(?:やっ|お願い|手伝|働|して)|完全(?:成功|成果)報酬|成果(?:が出たら|次第|報酬)|出世払い|(?:うち|当社|弊社)の(?:商品|製品|品)を(?:買|購入)|ついでに(?:これも|あれも)|やり直し(?:は)?(?:無償|無料|何度でも)|負けて(?:ほしい|くれ|ください)|現物支給")),
    ("terms", "stop", "お支払いは、決まった日か、月末締め・翌月末払いにする決まりです。", re.compile(
        r"請求書(?:を|が)?(?:受け取|受領|もら|届)[^。]{0,6}(?:後|てから|たら)|(?:支払い?|払うの|払い)(?:は|を)?[^。]{0,6}(?:検収|納品|完成|入金)(?:の|した|され)?(?:後|あと|てから|たら)|(?:60|90|120|六十|九十)日後|(?:3|4|5|6|三|四|五|六)か月後に(?:払|支払)")),
    ("terms", "stop", "お支払いを減らす・受け取らない・罰金を取る、という条件は置けません。", re.compile(
        r"(?:報酬|支払い?|お金)(?:を|は|から)[^。]{0,8}(?:減額|差し引|減らす|引かせ)|(?:気に入ら|合わ)(?:な|ん)(?:ければ|けりゃ|ったら|かったら)[^。]{0,10}(?:返|払(?:わ|い)|やり直)|違約金|罰金|ペナルティ|損害(?:は|を)?(?:全額|すべて|全て)|途中でやめ(?:たら|る場合)[^。]{0,8}(?:払わ|返|罰)")),
    ("terms", "warn", "終わったあとの仕事まで縛る条件です。要るわけを聞いてください。", re.compile(
        r"(?:辞めた|やめた|終わった|契約の?)(?:後|あと)[^。]{0,12}(?:同業|他社|ほかの会社|競合)|競業避止|独占(?:契約|的に)|著作権(?:は|を)?(?:全て|すべて|全部)")),
    ("unfair", "stop", "性別・年齢・出身・家族・信条で人を選ぶ言葉があります。", re.compile(
        r"(?:男性|女性|男|女|主婦|独身|既婚|日本人|日本国籍)(?:の方|の人)?(?:のみ|限定|だけ|に限|歓迎|希望|優先)|(?:[0-9]{2}|[二三四五六]十)(?:歳|才|代)?(?:以下|まで|未満|くらいまで|以上|以降)の?(?:方|人|女|男)|外国人(?:は)?(?:不可|お断り|だめ|ダメ|除)|年齢制限|若い(?:方|人|女|男)(?:のみ|限定|だけ|がいい|がええ|希望)|(?:高齢者|年寄り)(?:は)?(?:不可|お断り|だめ)")),
)  # fmt: skip
QUESTIONS = {  # by kind; the staff may send one as it stands
    "missing_firm_name": "会社のお名前は何ですか？",
    "missing_firm_address": "会社のご住所はどちらですか？",
    "missing_contact": "募集に載せる電話かメールは、どれにしますか？",
    "missing_work": "最初にやってほしいことを、一つ教えていただけますか？",
    "missing_place": "作業の場所は、会社とそれ以外のどちらですか？",
    "missing_pay": "お相手へのお支払いは、月いくらまで考えられますか？",
    "worker": "時間ややり方をお任せするなら、何ができあがっていればよいですか？",
    "licensed": "資格のいる所をのぞくと、何を手伝ってもらえると助かりますか？",
    "unfair": "どんな経験のある方だと、何が助かりますか？",
    "unpaid": "月10時間ほどの小さな形なら、月いくらまで考えられますか？",
    "anonymous": "会社のお名前とご住所を載せて、よろしいですか？",
    "privacy": "お客さまのことを渡さずに頼めるのは、どの部分ですか？",
    "illegal": "それで何ができるようになると、うれしいですか？",
    "distress": "ご都合のよい時に、担当からお電話してもよろしいですか？",
    "hire": "雇うのではなく、月20時間だけ手伝ってもらうなら何がよいですか？",
    "migration": "まず一つ、一緒に成功させたい催しは何ですか？",
    "fraud": "このお金や連絡のしかたは、何のためのものですか？",
    "terms": "この条件を外すと、どんなことで困りますか？",
    "private": "この一文は、募集を見る方にこのまま見せてもよろしいですか？",
    "jargon": "この言葉を、ふだんの言い方にするとどうなりますか？",
    "hours_long": "いちばん手伝ってほしい所だけなら、月に何時間くらいですか？",
    "pay_low": "月に何時間くらいの見込みでしょうか？",
    "pay_high": "この金額は、ひと月のお支払いで合っていますか？",
    "win_long": "3か月では、どこまで進んでいたらうれしいですか？",
    "win_vague": "何がどうなったら、できあがりですか？",
}
UNFAIR_NEGATED = re.compile(
    r"問わ|問い|関係な|こだわら|不問|にかかわら|に関わら|気にし|どなたでも|誰でも|なくても|なしで"
    r"|ではなく|やめ(?:たい|る)"
)
CUSTOMERS = re.compile(
    r"客|お客|向け|買っ|購入|来店|売|ファン|利用者|読者|見て(?:ほしい|もらい)|知って|届け|商品|宿泊|観光"
)


def _lines(posting: Lintable) -> Iterator[Finding]:
    for where, text in posting.lines():
        for piece in sentences(text):
            yield from _sentence(where, piece)
        if where != "社長のことば":
            yield from (
                Finding("jargon", "warn", where, f"「{word}」は「{say}」に置きかえると伝わります。", word)
                for word, say in jargon(text)
            )
    if private := sensitive(posting.owner_words):
        yield Finding("private", "note", "社長のことば", "ご家族・体・お金・連絡先・人や会社の名前のどれかが入っています。載せてよいか確かめましたか。", short(private.sentences[0]))  # fmt: skip


MOST_SENTENCES = 200  # the staff's lint reads all of a longer talk
PRECISE = frozenset({"unfair", "unpaid", "fraud", "terms"})  # of the words; for the rest the hard roads speak


@lru_cache(maxsize=512)  # a talk is replayed at every answer
def unfit(words: str) -> Finding | None:
    """Find what the owner himself should say otherwise before it is shown; what is less sure is for the staff."""
    plain = unicodedata.normalize("NFKC", words)
    if hard_road(words) is None and not any(shape.search(plain) for _, _, _, shape in WORDS):
        return None  # a look at the whole, as nearly every text is clean
    for piece in sentences(words)[:MOST_SENTENCES]:
        road = hard_road(piece)
        by_road = (
            ROADS[road.route][0] if road and road.route in ROADS and road.route is not Route.DISTRESS else ""
        )
        for finding in _sentence("社長のことば", piece):
            if finding.level == "stop" and finding.kind in PRECISE | {by_road}:
                return finding
    return None


def drop_unfit(words: str) -> str:
    """Leave out exactly the sentences that cannot stand; the rest stays as it was typed."""
    return "".join(piece for piece in sentences(words) if unfit(piece) is None).strip()


def _sentence(where: str, piece: str) -> Iterator[Finding]:
    plain = unicodedata.normalize("NFKC", piece)
    kinds = set()
    for kind, level, text, shape in WORDS:
        hit = shape.search(plain)
        if hit is None or (kind == "unfair" and CUSTOMERS.search(plain)):
            continue
        if UNFAIR_NEGATED.search(plain, hit.end(), hit.end() + 12) and kind != "fraud":
            continue
        kinds.add(kind)
        yield Finding(kind, level, where, text, short(piece))
    road = hard_road(piece)
    if road and road.route in ROADS and ROADS[road.route][0] not in kinds:
        kind, level, text = ROADS[road.route]
        yield Finding(kind, level, where, text, short(piece))


def _pay(posting: Lintable) -> Iterator[Finding]:
    pay, hours = posting.pay_month_yen, posting.hours_month
    if hours and hours > LONG_MONTH:
        yield Finding(
            "hours_long",
            "warn",
            "時間",
            f"月{hours}時間は長く、雇用に見えます。月30時間くらいまでが目安です。",
        )
    if not pay or not hours:
        return
    rate = pay // hours
    if rate < HOUR_YEN[0]:
        yield Finding(
            "pay_low",
            "warn",
            "報酬",
            f"1時間あたり{rate:,}円です。安すぎないか、時間の目安をひとこと聞いてください。",
        )
    elif rate > HOUR_YEN[1]:
        yield Finding(
            "pay_high",
            "warn",
            "報酬",
            f"1時間あたり{rate:,}円です。桁ちがいや時間の思いちがいがないか、聞いてください。",
        )
    else:
        yield Finding(
            "pay_rate",
            "note",
            "報酬",
            f"1時間あたり{rate:,}円です(先に始まった別のサービスの平均は約3,700円、2020年まで)。",
        )


SPAN = re.compile(r"([0-9]{1,3})\s*(日|週間|週|か月|ヶ月|カ月|ヵ月|ケ月|年)(?:以内|後|間|で|に|まで|くらい)")
DAYS = {"日": 1, "週間": 7, "週": 7, "年": 365}


def _goal(posting: Lintable) -> Iterator[Finding]:
    plain = unicodedata.normalize("NFKC", posting.goal)
    plain = plain.replace("半年", "6か月").replace("一年", "1年")
    for number, unit in SPAN.findall(plain):
        if int(number) * DAYS.get(unit, 30) > LONGEST_WIN_DAYS:
            yield Finding(
                "win_long",
                "warn",
                "目標",
                "3か月より先の目標です。まず3か月で届く形に分けてください。",
                short(posting.goal),
            )
    if posting.goal.strip() and not re.search(r"[0-9一二三四五六七八九十]|る$|た$|い$|。$", plain.strip()):
        yield Finding(
            "win_vague",
            "note",
            "目標",
            "どうなったら終わりかが読み取れません。数か、できあがりの姿を聞いてください。",
            short(posting.goal),
        )


def short(text: str, most: int = 30) -> str:
    text = text.strip()
    return text if len(text) <= most else text[: most - 1] + "…"
