"""Words that always work: やめる, 戻る, メニュー … — their spellings and what the bot calls them."""

from __future__ import annotations

import unicodedata
from enum import Enum


class Word(Enum):
    """A word of the house; the value is its released name in payloads."""

    MENU = "menu"
    HELP = "help"
    BACK = "back"
    EDIT = "edit"
    LATER = "later"
    CANCEL = "cancel"
    PERSON = "person"
    RESUME = "resume"
    START = "start"
    STATE = "state"
    MORE = "more"
    PARK = "park"
    TERMS = "terms"
    LOOK = "look"
    ME = "me"
    BUSY = "busy"
    MOVE = "move"
    DAYS_OFF = "days_off"
    HOUR = "hour"
    WEEK = "week"
    NUMBER = "number"
    MONTH = "month"
    END = "end"
    # the six answer cards
    PRICE = "price"
    WHO = "who"
    COMPARE = "compare"
    SAFETY = "safety"
    PREPARE = "prepare"
    QUIT = "quit"


LABELS = {
    Word.MENU: "メニュー",
    Word.HELP: "使いかた",
    Word.BACK: "ひとつ戻る",
    Word.EDIT: "直す",
    Word.LATER: "あとで",
    Word.CANCEL: "やめる",
    Word.PERSON: "人と話す",
    Word.RESUME: "前回のつづき",
    Word.START: "相談する",
    Word.STATE: "いまどうなってる？",
    Word.MORE: "もう少し知りたい",
    Word.PARK: "ここまでにする",
    Word.TERMS: "全文を読む",
    Word.LOOK: "できたら見る",
    Word.ME: "わたしの情報",
    Word.BUSY: "しばらく忙しい",
    Word.MOVE: "日にちを変える",
    Word.DAYS_OFF: "休みの日を伝える",
    Word.HOUR: "曜日を変える",
    Word.WEEK: "今週やること",
    Word.NUMBER: "今週の数字",
    Word.MONTH: "今月のまとめ",
    Word.END: "終わり・お休みの相談",
    Word.PRICE: "いくらかかる？",
    Word.WHO: "だれが来る？",
    Word.COMPARE: "雇う・外注とのちがい",
    Word.SAFETY: "安心のしくみ",
    Word.PREPARE: "用意するもの",
    Word.QUIT: "やめたいとき",
}

ANSWERS = (Word.PRICE, Word.WHO, Word.COMPARE, Word.SAFETY, Word.PREPARE, Word.QUIT)

_SPELLINGS = {
    Word.MENU: "メニュー めにゅー menu めにゅう",
    Word.HELP: "使いかた 使い方 つかいかた ヘルプ へるぷ help 困った 困ったとき ?",
    Word.BACK: "戻る もどる 戻して 一つ戻る 1つ戻る ひとつ戻る まえに戻る 前に戻る",
    Word.EDIT: "直す なおす 直したい 修正 変更 修正したい 変更したい 変える 変えたい 答えを直す 答えを変えたい",
    Word.LATER: "あとで 後で また今度 あとにする 今はやめておく あとでやる",
    Word.CANCEL: "やめる やめたい 止める キャンセル 中止 やめます やめとく",
    Word.PERSON: "人と話す 人と話したい 担当 担当者 担当の人 担当さん 電話 電話したい 電話で話す 電話して オペレーター 人に代わって 人に代われ 人を出せ 人を出して 責任者を出せ 責任者",
    Word.RESUME: "前回のつづき 前回の続き つづき 続き つづきから 続きから 再開",
    Word.START: "相談する 相談したい そうだんする はじめる 始める 新しい相談 別の相談 別の相談をする",
    Word.STATE: "いまどうなってる? 今どうなってる? いまどうなってる 今どうなってる まだ? まだか? まだかな まだか まだです まだですか? まだかな? 状況 次はいつ 次はいつ? 次はいつですか 次はいつですか? 次の打ち合わせ 次の打ち合わせはいつ 次の打ち合わせはいつ? 打ち合わせはいつ 打ち合わせはいつ? 打ち合わせはいつですか 打ち合わせはいつですか? 打ち合わせいつ 打ち合わせいつ? いつ打ち合わせ? いつ打ち合わせだっけ いつ打ち合わせだっけ? どうなった? どうなった どうなってる どうなってる?",
    Word.PARK: "ここまでにする 今日はここまで",
    Word.TERMS: "全文を読む 全文",
    Word.LOOK: "できたら見る",
    Word.ME: "わたしの情報 私の情報 自分の情報 登録情報 個人情報",
    Word.BUSY: "しばらく忙しい 忙しい いそがしい いま忙しい 今忙しい 今は忙しい いまは忙しい しばらく忙しいです 忙しいです 忙しいので後で",
    Word.MOVE: "日にちを変える 日にちを変えたい 日程を変える 日程を変えたい 日程変更 日にちの変更 急用 急用です 急用ができた 急用ができました 打ち合わせを変える 打ち合わせを変えたい",
    Word.DAYS_OFF: "休みの日を伝える 休みたい 休みます 来週は休みたい 来週休みたい 来週は休みます 来週休みます 来週は休みです 来週は休み 休みを伝える 休みの日 お休みを伝える 繁忙期 繁忙期です 繁忙期を伝える 忙しい時期 忙しい時期を伝える",
    Word.HOUR: "曜日を変える 曜日を変えたい 時間を変える 時間を変えたい 曜日や時刻を変える",
    Word.WEEK: "今週やること 今週のやること 今週の宿題 やること やることは? 今週やることは? 宿題 先週やったこと",
    Word.NUMBER: "今週の数字 数字を入れる 今週の数字を入れる 数字を知らせる",
    Word.MONTH: "今月のまとめ 月のまとめ 今月のまとめを見る まとめを見る",
    Word.END: "終わり・お休みの相談 終わりの相談 お休みの相談 仕事を終わりにしたい お仕事を終わりにしたい 仕事を終わりにする お仕事を終わりにする 契約を終わりにしたい 契約を終わりにする 契約をやめたい 契約をやめる 契約を終えたい 解約 解約したい 解約する 打ち切りたい 終わりにしたい 終わりにしたいです 仕事をやめたい お仕事をやめたい 仕事を休みたい お仕事を休みたい 契約を休みたい 契約終了 今月で終わりにしたい 今月末で終わりにしたい 今月でやめたい 今日で終わりにしたい",
    Word.MORE: "もう少し知りたい もっと知りたい 詳しく くわしく",
    Word.PRICE: "いくらかかる? いくら いくら? 料金 値段 費用",
    Word.WHO: "だれが来る? だれが来る だれが来るの? 誰が来る 誰が来るの?",
    Word.COMPARE: "雇う・外注とのちがい 雇うのとのちがい 外注とのちがい",
    Word.SAFETY: "安心のしくみ 安心の仕組み",
    Word.PREPARE: "用意するもの 準備するもの",
    Word.QUIT: "やめたいとき やめたい時",
}


def fold(text: str) -> str:
    """Fold width, case and outer marks on a copy: stored and shown words are never changed."""
    return unicodedata.normalize("NFKC", text).strip().strip("。.、!「」[]・ ").casefold()


_WORDS = {fold(spelling): word for word, spellings in _SPELLINGS.items() for spelling in spellings.split()}


def word_of(text: str) -> Word | None:
    """Return the word a person typed alone; 「やめる人が多くて」 is an answer, not a word."""
    return _WORDS.get(fold(text))
