"""Grand: plans too large to begin with. An owner is glad of somebody who takes the one thing before him (S37)."""

from __future__ import annotations

import re
import unicodedata

from flows.rules.japanese.folding import sentences

GRAND = re.compile(
    r"グランドデザイン|ロードマップ|全体(?:設計|戦略|最適|構想|計画)|全体像を(?:描|えが|つく|作|整理)"
    r"|(?:経営|事業|成長|ブランド|販売|マーケティング|IT|DX|デジタル)戦略|戦略(?:の|を)?(?:策定|立案|設計|構築|見直|練)"
    r"|(?:中期|長期|中長期|三か年|3か年|5か年)(?:経営)?(?:計画|戦略|ビジョン)|抜本|全面(?:的に|的な)?(?:刷新|見直|改修|リニューアル)"
    r"|フルリニューアル|(?:ゼロ|一|イチ)から(?:すべて|全て|全部)?(?:作り直|つくり直|見直|構築|設計)"
    r"|全社(?:的|改革|展開|横断|を挙げ|で取り組)|(?:業務|組織|構造|経営|意識)改革|大?変革|トランスフォーメーション"
    r"|(?:DX|デジタル化)(?:を|の)?(?:推進|全社)|(?:基幹システム|プラットフォーム)(?:を|の)?(?:構築|導入|刷新|立ち上げ)"
    r"|大きな(?:設計|計画|絵|構想|戦略|方針|改革)|大規模|包括的|網羅的|新規事業(?:を|の)?(?:立案|立ち上げ|創出|開発)"
)
INSTEAD = re.compile(
    r"より(?:も|は|先)?[、,]?|では(?:なく|ありません)|じゃな(?:く|い)|いきなり|せず|しません|後回し|の前に"
)


def is_grand(text: str) -> bool:
    """Tell whether a sentence promises the large plan; one that sets it behind the small step does not."""
    plain = unicodedata.normalize("NFKC", text)
    return any(GRAND.search(each) and not INSTEAD.search(each) for each in sentences(plain))
