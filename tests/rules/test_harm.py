"""Harm: what the staff read first, and all the hard words that nobody reads first."""

from __future__ import annotations

import pytest

from flows.rules.renewal.harm import Harm, harms


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("もう疲れて、死にたいと思う日があります", Harm.LIFE),
        ("消えてしまいたい", Harm.LIFE),
        ("次に遅れたら殺してやる", Harm.THREAT),
        ("やめたら、ただではおかない。", Harm.THREAT),
        ("家まで行くからな", Harm.THREAT),
        ("ネットに晒してやる", Harm.THREAT),
        ("この役立たず", Harm.HARASS),
        ("女のくせに口を出すな", Harm.HARASS),
        ("打ち合わせのあとホテルに行こうと言われた", Harm.HARASS),
        ("ここだけの話、部長は横領しています", Harm.SECRET),
        ("高橋さんは借金があるらしい", Harm.SECRET),
        ("ﾊﾞｶ野郎", Harm.HARASS),
    ],
)
def test_what_the_rule_names_goes_to_the_staff_first(said: str, kind: Harm) -> None:
    """Each of the four kinds, with the sentence it stands in."""
    found = harms(["写真がよかったです。", f"お世話になっています。{said}"])
    assert kind in found
    assert "写真" not in found[kind]


@pytest.mark.parametrize(
    "said",
    [
        "決めるのが遅くて、正直いらいらしました。",
        "約束を三回やぶられました。とても腹が立ちました。",
        "もうやめたいと何度も思いました。",
        "値段が高すぎると思います。訴えたいくらいです。",
        "忙しくて死ぬかと思いましたが、楽しかったです。",
        "殺風景な売り場が明るくなった。",
        "体を動かして手伝ってくれた。",
        "バカ売れしました。うちの若い女の子も喜んでいます。",
        "わしの腰が悪いのを気づかってくれた。",
        "美咲さんの写真が、いちばん効きました。",
        "お客さんが減って赤字の商品があるのを、言えずにいました。",
        "秘密保持の約束を守ってくれた。",
        "慣れていないだけだと分かった。",
        "社長のおやじギャグが面白い",
        "隠れた味が生きている",
    ],
)
def test_hard_words_are_nobodys_business(said: str) -> None:
    """Anger, complaint, one's own health, a name with praise: shown as they stand."""
    assert harms([said]) == {}


def test_nothing_is_nothing() -> None:
    """Empty answers, faces, and five thousand letters of praise hold nothing up."""
    assert harms(["", "。", "😊", "ありがとう。" * 800]) == {}


def test_the_gravest_comes_first() -> None:
    """Whoever speaks of dying is rung up before anything else is looked at."""
    assert list(harms(["内緒の話ですが、役立たずです。", "死にたいです。"])) == [
        Harm.LIFE,
        Harm.HARASS,
        Harm.SECRET,
    ]
