"""What must never be stored: My Number, card numbers, passwords, lists of other people's data."""

from __future__ import annotations

import re

MASK = "＊＊＊＊"
# one mark for one, so that places stay: full-width ASCII, dashes, the wide space
FLAT = {0xFF01 + at: 0x21 + at for at in range(94)} | dict.fromkeys(map(ord, "‐‑–—―−"), "-") | {0x3000: " "}
DASH = re.compile(r"(?<=[0-9])ー(?=[0-9])")
RUN = re.compile(r"(?<![0-9])[0-9](?:[ .\u200b-\u200d\u2060-]?[0-9]){11,18}(?![0-9])")
NEAR_MY_NUMBER = re.compile(r"マイナンバー|まいなんばー|個人番号")
PASSWORD = re.compile(
    r"(?:パスワード|ぱすわーど|パスワ|暗証番号|あんしょうばんごう|暗証|暗号"
    r"|(?<![A-Za-z])(?:password|passwd|pass|PW|PIN|pin|pw)(?![A-Za-z]))"
    r"(?:コード|番号)?\s{0,3}(?:って|っていうのは|は|が|も|を|:|=|→|、|,){0,2}\s{0,3}[「『\"']?([!-~]{4,64})"
)
PHONE = r"0[0-9]{1,4}[- ]?[0-9]{1,4}[- ]?[0-9]{3,4}"
ADDRESS = r"[都道府県市区町村郡][^\n]{0,20}?[0-9]+(?:-[0-9]+|丁目|番地?)"
BORN = (
    r"(?:昭和|平成|令和|大正|[SHRT])\s?[0-9]{1,2}[年./-]\s?[0-9]{1,2}"
    r"|(?:19|20)[0-9]{2}[年./-]\s?[0-9]{1,2}[月./-]\s?[0-9]{1,2}|生年月日"
)
OTHERS_DATA = re.compile(f"{PHONE}|{ADDRESS}|{BORN}")
PERSON = re.compile(
    r"^[\s0-9.)）、・①-⑳-]{0,6}(?:氏名\s?:?\s?)?[一-鿿々ヶ]{1,4}[ \t]{0,2}[一-鿿々ぁ-んァ-ヶー]{1,6}"
    r"|^[\s0-9.)）・-]{0,6}[ァ-ヶー]{2,8}[ \t][ァ-ヶー]{2,8}"
)
FIRM = re.compile(r"株式会社|有限会社|合同会社|商店|工業|製作所|㈱|㈲|電話|TEL|住所|連絡先|営業")
MANY = 3
WORDS = ("生年月日", "パスワ", "ぱすわ", "暗証", "あんしょう", "暗号", "pass", "PW", "pw", "PIN", "pin")


def _wide(letter: str) -> str:
    """Give an ASCII letter as it may be typed: narrow or full-width."""
    return chr(ord(letter) + 0xFEE0) if letter.isascii() else ""


def _as_typed(word: str) -> str:
    """Write a word as a pattern. Each way to begin is a branch of its own: so the search skips to where one may begin."""
    rest = "".join(f"[{letter}{_wide(letter)}]" for letter in word[1:])
    return "|".join(first + rest for first in (word[0], _wide(word[0])) if first)


# without one of these words, or three digits in all, nothing below can be found: most words are let through at once
SUSPECT = re.compile("|".join(map(_as_typed, WORDS)))
DIGITS = re.compile("[0-9０-９](?:[^0-9０-９]*+[0-9０-９]){2}")


def mask_secrets(text: str) -> tuple[str, tuple[str, ...]]:
    """Mask what may not be kept; the kinds are my_number, card, password, people_list."""
    return search(text) if DIGITS.search(text) or SUSPECT.search(text) else (text, ())


def search(text: str) -> tuple[str, tuple[str, ...]]:
    """Mask after a thorough look, whatever a glance would say."""
    flat = DASH.sub("-", text.translate(FLAT))
    spans: list[tuple[int, int, str]] = []
    for hit in RUN.finditer(flat):
        if kind := _number_kind(re.sub(r"\D", "", hit[0]), flat[max(0, hit.start() - 20) : hit.start()]):
            spans.append((*hit.span(), kind))
    spans += [(*hit.span(1), "password") for hit in PASSWORD.finditer(flat)]
    spans += [(start, end, "people_list") for start, end in _people(flat)]
    return _masked(text, spans), tuple(dict.fromkeys(kind for *_, kind in sorted(spans)))


def _masked(text: str, spans: list[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, _ in sorted(spans):
        if start >= at:
            parts += [text[at:start], MASK]
            at = end
        else:
            at = max(at, end)
    return "".join([*parts, text[at:]])


def _number_kind(digits: str, before: str) -> str:
    if len(digits) == 12 and (is_my_number(digits) or NEAR_MY_NUMBER.search(before)):
        return "my_number"
    if 14 <= len(digits) <= 19 and is_card_number(digits) and len(set(digits)) > 1:
        return "card"
    return ""


def is_my_number(digits: str) -> bool:
    """Check the last of twelve digits (the order of 2014 on the check digit)."""
    total = sum(
        int(digit) * (at + 1 if at <= 6 else at - 5) for at, digit in enumerate(digits[10::-1], start=1)
    )
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_card_number(digits: str) -> bool:
    """Check by Luhn."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _people(flat: str) -> list[tuple[int, int]]:
    """Find the lines (or pieces between commas) that hold a person's name and data, when they are many."""
    for cut in (r"[^\n]+", r"[^\n、,;/。]+"):
        rows = [hit.span() for hit in re.finditer(cut, flat) if _is_person(hit[0][:300])]
        if len(rows) >= MANY:
            return rows
    return []


def _is_person(row: str) -> bool:
    return bool(PERSON.search(row) and OTHERS_DATA.search(row) and not FIRM.search(row))
