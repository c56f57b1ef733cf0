"""What an owner may not want to show: family, health, money trouble, how somebody is reached, a person by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from flows.rules.japanese.folding import sentences

FAMILY = re.compile(
    r"(?<!花)嫁(?!ぎ先の会社)|よめ(?:はん|さん|が|に|の|も|は)|女房|にょうぼう|かかあ(?!天下)|おっかあ|家内(?!工業)"
    r"|かみさん|カミさん|妻(?!戸)|旦那|ダンナ|だんな|亭主|うちの主人|主人(?=が|に|と|も|は)(?!公)"
    r"|息子|むすこ|せがれ|倅|娘(?!さん?向け)|むすめ|孫(?!の手|請け)|親父|おやじ(?!ギャグ)|オヤジ"
    r"|お袋|おふくろ"
    r"|(?:うちの|わしの|僕の|私の)(?:父|母|兄|弟|姉|妹|親|子)|(?:父|母)(?:親|さん)?(?=が|と|も|は"
    r"|の(?!日))|お父さん|お母さん|(?:兄|弟|姉|妹)(?:貴)?(?=が|と|も|は|の|夫婦)|兄弟|姉妹(?!店"
    r"|都市)"
    r"|両親|義理の|義父|義母|甥|姪|いとこ|親戚|じいさん|ばあさん|じいちゃん|ばあちゃん|祖父|祖母"
    r"|家族(?!連れ|向け|経営|風呂|写真|旅行|葬|客|で(?:来|遊|泊))|子ども(?=が|は|も|に手)|子供(?=が"
    r"|は|も)|離婚|不倫|別居"
)
HEALTH = re.compile(
    r"病気|びょうき|入院|手術|癌|(?<![ガが一-鿿ァ-ヶ])ガン(?=で|に|が|と|の)|がん(?=で|になっ"
    r"|が見つ|の手術|治療|と言われ)|うつ病|鬱|うつ(?=に|で)|ノイローゼ|認知症|ボケて|持病|通院|透析"
    r"|糖尿|血圧が|心臓|心筋梗塞|脳梗塞|脳卒中"
    r"|(?:親|母|父|義母|義父|ばあさん|じいさん|妻|家族)の介護|介護(?:をして|しながら|が必要"
    r"|で(?:抜け|休|手))|障害者手帳|障がい|発達障害"
    r"|(?:腰|膝|ひざ|肩|目|足|手|体|からだ|身体)(?:を|が|の調子が)(?:痛|悪|わる|壊|こわ|やられ)"
    r"|(?:体|からだ|身体|手|足|腕)が(?:動か|言うことを?きか)|怪我|けが(?=を|で|して)|倒れ(?:た|て(?!い?るの?木))|妊娠|流産|精神的に"
    r"|亡くな|死んだ|死んで|他界"
)
MONEY = re.compile(
    r"借金|しゃっきん|赤字(?!の?(?:品|商品|広告|ページ|便|部分|の直し|路線))|倒産|破産|差し?押さ?え"
    r"|滞納|夜逃げ|債務|自転車操業|首が回ら|闇金|サラ金|焦げ付|不渡り"
    r"|(?:税金|家賃|給料|社会保険料?|保険料|ローン|返済)(?:が|を|も|の支払いが)?(?:払え"
    r"|払って(?:い)?ない|遅れ|滞|きつ|苦し)|返済(?:に追われ|中|が残)|資金繰りが(?:苦し|厳し|きつ"
    r"|大変|悪)|資金ショート"
    r"|(?:会社|店|うち)が(?:潰れ|つぶれ)(?:そう|かけ)|融資を?断ら|貯金を?(?:切り崩|取り崩|はたい)"
)
HONORIFIC = r"(?:さん|さま|様|くん|君|ちゃん|氏|先生|部長|課長|係長|専務|常務|主任|店長|工場長|会長|番頭)"
NAMED = re.compile(rf"([一-鿿々]{{1,4}}|[ァ-ヶー]{{2,6}}|[ぁ-ん]{{2,4}}(?=ちゃん|くん)){HONORIFIC}")
NOT_NAMES = re.compile(
    r"客|常連|皆|職人|業者|農家|社員|従業員|店員|嫁|神|大工|社長|奥|孫|息子|娘|婿|父|母|兄|姉|弟|妹|爺"
    r"|婆|叔父|叔母|親|巫女|若旦那|旦那|女将|大将|板前|屋$|店$|会社$|銀行$|金庫$|組合$|商工会$|課$"
    r"|役場$|市役所$"
    r"|取引先|得意先|仕入先|問屋|元請|下請|お上|新人|先輩|後輩|友達|仲間|患者|利用者|会員|近所|隣"
    r"|地元|担当|相手|事務|経理|営業|係|学生|学校|病院|工場|現場|本社|支店|総務|人事|製造|開発|技術"
    r"|企画|管理|部$|前$|元$|現$|各|全|両|副|同|貴|仏|観音|地蔵|何$|誰$|ヤマト|サガワ|クロネコ"
    r"|パート|バイト|アルバイト|ドライバー|オーナー|スタッフ|デザイナー|コンサル|ユーザー|ファン"
    r"|マスコミ|メーカー|スーパー|シェフ|税理士|会計士|社労士|行政書士|弁護士|先生|医者|看護師|業$"
    r"|士$|師$|者$|員$|長$|方$|達$|人$|主$|手$|家$"
)
FIRM = re.compile(  # another firm by its name; his own, 「うちは…」, may stand
    r"(?:株式会社|有限会社|合同会社|[㈱㈲]|\((?:株|有)\))|(?:ライバル|競合|競争相手|取引先|得意先|お得意|仕入れ?先|元請け?|下請け?|隣|向かい)の"
    r"[一-鿿々ァ-ヶーA-Za-z]{1,8}(?:商店|商事|製作所|工業|水産|酒造|醸造|建設|工務店|運輸|物産|製菓|産業|食品|百貨店|スーパー)"
)
OWN_FIRM = re.compile(
    r"(?:うち|当社|弊社|わが社|我が社|私ども|手前ども|わしら?|こちら)(?:の会社)?(?:は|、|では|の名前は)"
)
CONTACT = re.compile(  # how somebody is reached: the posting has its own place for the firm's
    r"(?<![0-9])0[0-9]{1,4}[- (]?[0-9]{1,4}[-) ]?[0-9]{3,4}(?![0-9])|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z]"
    r"|https?:|www\.|(?:LINE|ライン)の?\s?ID",
    re.IGNORECASE,
)
KINDS = (("family", FAMILY), ("health", HEALTH), ("money_trouble", MONEY), ("contact", CONTACT))


@dataclass(frozen=True)
class Sensitive:
    """What was found: the kinds in order, and the sentences as they were typed."""

    kinds: tuple[str, ...]
    sentences: tuple[str, ...]


def sensitive(text: str, allowed: tuple[str, ...] = ()) -> Sensitive | None:
    """Find sentences about private matters; ``allowed`` are names that may stand (the partner in the firm)."""
    found = [(piece, kinds) for piece in sentences(text) if (kinds := _kinds(piece, allowed))]
    if not found:
        return None
    kinds = tuple(dict.fromkeys(kind for _, each in found for kind in each))
    return Sensitive(kinds, tuple(piece.strip() for piece, _ in found))


def drop_sentences(text: str, kinds: Iterable[str], allowed: tuple[str, ...] = ()) -> str:
    """Leave out exactly the sentences of these kinds. A text of one sentence is cut at its commas instead."""
    unwanted = set(kinds)
    pieces = sentences(text)
    if len([piece for piece in pieces if piece.strip()]) == 1:
        pieces = re.findall(r"[^、，,]+[、，,]*", text)
    kept = [piece for piece in pieces if not unwanted.intersection(_kinds(piece, allowed))]
    return "".join(kept).strip().rstrip("、，,")


def _kinds(piece: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", piece)
    for name in allowed:
        plain = (
            re.sub(rf"(?:嫁|妻|娘|息子|家内|女房)の?{re.escape(name)}|{re.escape(name)}", "〇", plain)
            if name
            else plain
        )
    kinds = [kind for kind, shape in KINDS if shape.search(plain)]
    if any(not NOT_NAMES.search(hit[1]) for hit in NAMED.finditer(plain)):
        kinds.append("named_person")
    if FIRM.search(plain) and not OWN_FIRM.search(plain):
        kinds.append("named_firm")
    return tuple(kinds)
