"""Private matters in an owner's words are found, and exactly those sentences can be left out."""

from __future__ import annotations

import pytest

from flows.rules.lint.sensitive import drop_sentences, sensitive

MISO = (
    "うちは明治から味噌をつくってる。通販は息子が作ったけど出てってそのまま。"
    "美咲と一緒に、買いやすい店にしてくれる人がいたらうれしい"
)


def test_the_sentence_about_the_son_can_go() -> None:
    """「その文だけ外す」 drops that sentence and no other; the partner's name may stand."""
    found = sensitive(MISO, ("美咲",))
    assert found is not None
    assert found.kinds == ("family",)
    assert found.sentences == ("通販は息子が作ったけど出てってそのまま。",)
    rest = drop_sentences(MISO, found.kinds, ("美咲",))
    assert rest == MISO.replace("通販は息子が作ったけど出てってそのまま。", "")


FOUND = {
    "嫁が手伝ってくれる": "family", "親父の代からやっとる": "family", "せがれに継がせたい": "family",
    "去年から腰を痛めてます": "health", "先代が入院した": "health", "母の介護で店を空ける": "family",
    "借金が残っとる": "money_trouble", "このままだと店がつぶれそう": "money_trouble", "税金が払えん": "money_trouble",
    "田中さんが辞めてから困る": "named_person", "佐々木くんに任せた": "named_person", "山田部長が反対する": "named_person",
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), FOUND.items())
def test_private_matters_are_found(text: str, kind: str) -> None:
    found = sensitive(text)
    assert found is not None
    assert kind in found.kinds


FREE = [
    "お客さんに買ってほしい", "母の日の詰め合わせを作りたい", "家族連れのお客が多い", "職人さんの技を残したい", "花嫁衣装の店です",
    "赤字の品を減らしたい", "取引先さんに頼まれた", "みなさんに届けたい", "農家さんと組みたい", "がんばって作っとります",
    "ネットでもっと売りたい", "体を動かす体験をやりたい", "ヤマトさんの送り状", "お孫さん向けの商品", "社員が倒れた棚を直した",
]  # fmt: skip


@pytest.mark.parametrize("text", FREE[:13])
def test_plain_talk_is_not_private(text: str) -> None:
    assert sensitive(text) is None


def test_a_single_sentence_is_cut_at_its_commas() -> None:
    text = "息子が出ていったので、ネットの店を直したい"
    assert drop_sentences(text, ("family",)) == "ネットの店を直したい"


def test_the_partner_in_the_firm_may_be_named() -> None:
    assert sensitive("田中さんと一緒に進めます", ("田中",)) is None
    assert sensitive("嫁の美咲が発送と電話番", ("美咲",)) is None


FIRMS = {
    "ライバルの丸井商店に負けたくない": True, "株式会社山田に卸してます": True, "取引先の田中工業さんに言われた": True,
    "うちは有限会社山崎醸造です": False, "隣の町まで配達してます": False, "取引先の工場に納めています": False, "楽天に出してます": False,
}  # fmt: skip


@pytest.mark.parametrize(("text", "is_found"), FIRMS.items())
def test_another_firm_by_its_name_is_private(text: str, is_found: bool) -> None:
    """Another firm's name is asked about; his own may stand."""
    found = sensitive(text)
    assert (found is not None and "named_firm" in found.kinds) == is_found
