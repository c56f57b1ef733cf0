"""Beside: words that answer no question — a nod, a face, an apology, anger, another language — and what to say to them."""

from __future__ import annotations

import re
import unicodedata

from flows.rules.japanese.folding import is_blank
from flows.rules.lint.secrets import MASK

LONGEST = 60  # letters; who says more is telling something

POLITE = re.compile(
    r"はい|うん|ええと?|ほい|へい|おう|ok|オッケー|おっけー|了解|承知|(?:分|わ)かりました|(?:分|わ)かった"
    r"|お?返事が?|すみません|すいません|すんません|すまん(?:かった)?|ごめん(?:なさい)?|申し訳(?:ない|ありません)"
    r"|お待たせ|(?:遅|おそ)く(?:なって|なった|なりました|なりまして)|(?:遅|おく)れ(?:て|た|ました)"
    r"|忙し(?:かった|くて|うて)|いそがし(?:かった|くて)|(?:バタバタ|ばたばた)(?:して|しとって|しとった)?"
    r"|こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|ありがとう(?:ございます|ございました)?|どうも|まいど"
    r"|お世話(?:に|さま|様)?(?:なって)?(?:い?ます|おります)?|お?(?:疲|つか)れ(?:さま|様)?"
    r"|よろしく(?:お願い(?:し|いたし|致し)?ます)?|(?:お|を)?(?:願|ねが)い(?:し|いたし|致し)ます"
    r"|ちょっと|少し|長いこと|しばらく|ほんま|本当に?|です|ました|しました|して|んで|もんで|ので|から|けど|な|ね|わ|よ|で|に|が"
)
REFUSED = re.compile(
    r".{0,16}(?:言い|いい|教え|おしえ|答え|こたえ|書き|出し|明かし|話し)た(?:く(?:は|も)?(?:ない|ねえ|ありません)|うない).{0,4}"
    r"|.{0,12}(?:話|こと)は(?:今は|いまは|まだ)?(?:したくない|勘弁).{0,4}"
    r"|(?:それは|そこは)?(?:内緒|ないしょ|秘密|ひみつ)(?:や|じゃ|だ|です|で)?.{0,4}"
)
UPSET = re.compile(
    r"ふざけ(?:るな|んな|とる|てる)|(?:ええ|いい)加減に(?:せ|し)|(?:馬鹿|ばか|バカ|舐め|なめ)に?(?:しとる|してる|すな|するな|とんのか)"
    r"|何[回度]も?(?:聞く|同じ|言わせ|言うた|言った)|(?:人|責任者|上の者|担当者?)を?(?:出せ|出して|呼べ|呼んで)"
    r"|話にならん|腹(?:が)?立つ|しつこい|(?:人|にんげん|人間)に(?:代われ|かわれ|代わって)|^もう(?:ええ|いい)(?:わ|です|よ)?[。！]*$"
)
SORRY = "お手間をかけて、すみません。「人と話す」で、担当におつなぎします。"
JAPANESE = "すみません、日本語だけ読み取れます。「人と話す」でも大丈夫です。"


def is_nod(text: str) -> bool:
    """Tell whether a text only greets, nods, thanks or says sorry; a face alone does too."""
    said = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return len(text) <= LONGEST and not POLITE.sub("", said)


def is_masked(text: str) -> bool:
    """Tell whether nearly all there was is a number that must not be kept."""
    return MASK in text and len(text.replace(MASK, "")) <= 12


def is_refused(text: str) -> bool:
    """Tell whether the whole answer says that he would rather not tell."""
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.！!")
    return len(said) <= LONGEST and bool(REFUSED.fullmatch(said))


def is_foreign(text: str) -> bool:
    """Tell whether somebody writes in a language of Latin letters; 「FAX OK」 is none."""
    plain = unicodedata.normalize("NFKC", text)
    return len(re.findall(r"[A-Za-z']+", plain)) >= 3 and not re.search(r"[ぁ-んァ-ヶ一-鿿]", plain)


def beside(text: str) -> str | None:
    """Say what to answer to words that tell nothing; None: they tell something."""
    if len(text) <= LONGEST and UPSET.search(unicodedata.normalize("NFKC", text)):
        return SORRY
    if is_foreign(text):
        return JAPANESE
    return "" if is_blank(text) or is_nod(text) or is_masked(text) else None
