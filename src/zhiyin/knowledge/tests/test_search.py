"""Articles are found by words and by meaning, within what the asker may read."""

from __future__ import annotations

from zhiyin.knowledge.search import find_articles, suggest
from zhiyin.knowledge.services import mark_solved, mark_used, withdraw_article
from zhiyin.listen.services.taxonomy import choose_taxonomy
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope


def titles(found):
    return [one.article.published.title for one in found]


def test_an_article_is_found_by_its_words_while_one_types(publish):
    publish("会员积分怎么兑换", "打开小程序，点“我的积分”，选择要换的饮品。")
    publish("发票怎么开", "在小程序的订单里点“开发票”，填写抬头，十分钟后发到邮箱。")
    assert titles(find_articles("开发", scope=EVERYTHING)) == ["发票怎么开"]
    assert titles(find_articles("我想开张发票", scope=EVERYTHING))[0] == "发票怎么开"


def test_traditional_signs_and_other_widths_find_the_same(publish):
    publish("WiFi密码", "店里的无线网密码写在收银台旁边的服务卡上。")
    assert titles(find_articles("ＷＩＦＩ 密碼", scope=EVERYTHING)) == ["WiFi密码"]


def test_an_article_is_found_by_what_is_meant_without_a_common_word(publish, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    publish("上菜慢的时候怎么补偿", "上菜超过四十分钟，送一份甜品。")
    publish("停车券怎么领", "结账时在收银台出示车牌号，可以领两小时停车券。")
    assert titles(find_articles("车位太少", scope=EVERYTHING)) == ["停车券怎么领"]


def test_words_that_stand_nowhere_find_nothing(publish):
    publish("发票怎么开", "在小程序的订单里点“开发票”。")
    assert find_articles("宠物可以进店吗", scope=EVERYTHING) == []
    assert find_articles("  ", scope=EVERYTHING) == []


def test_an_article_of_another_unit_is_not_found(publish, company):
    publish("北店停车", "北店门口可以停车两小时。", unit_id=company.north.pk)
    north = Scope(unit_ids=frozenset({company.north.pk}))
    south = Scope(unit_ids=frozenset({company.south.pk}))
    assert titles(find_articles("停车", scope=north)) == ["北店停车"]
    assert find_articles("停车", scope=south) == []
    assert suggest("停车", unit_id=company.south.pk) == []


def test_an_article_of_the_company_holds_in_every_store(publish, company):
    publish("停车", "门口可以停车两小时。", unit_id=company.root.pk)
    assert titles(suggest("停车", unit_id=company.south.pk)) == ["停车"]
    assert titles(find_articles("停车", scope=Scope(unit_ids=frozenset({company.south.pk})))) == ["停车"]


def test_what_was_withdrawn_is_not_found(publish):
    article = publish("发票怎么开", "在小程序的订单里点“开发票”。")
    assert find_articles("发票", scope=EVERYTHING)
    withdraw_article(article, by=SYSTEM)
    assert find_articles("发票", scope=EVERYTHING) == []


def test_how_often_an_article_helped_is_counted_once_a_case(publish):
    article = publish("发票怎么开", "在小程序的订单里点“开发票”。")
    assert mark_used(article, case_id=1)
    assert not mark_used(article, case_id=1)
    mark_used(article, case_id=2)
    mark_solved(2, is_solved=True)
    found = suggest("发票", unit_id=None)[0]
    assert (found.n_used, found.n_solved, found.share_solved) == (2, 1, 0.5)


def test_what_was_typed_before_an_article_helped_finds_it_later(publish):
    article = publish("发票怎么开", "在小程序的订单里点“开发票”。")
    assert find_articles("报销凭据", scope=EVERYTHING) == []
    mark_used(article, case_id=1, asked="报销凭据 13812345678")
    assert titles(find_articles("报销凭据", scope=EVERYTHING)) == ["发票怎么开"]
    assert "13812345678" not in article.uses.get().asked


def test_articles_on_the_product_come_first(publish):
    publish("保修多久", "整机保修一年，凭购买记录。", product="电水壶")
    publish("保修期限", "整机保修两年，凭购买记录。", product="空调")
    assert suggest("保修", unit_id=None, product="空调 KFR-35")[0].article.published.product == "空调"
    assert suggest("保修", unit_id=None, product="电水壶")[0].article.published.product == "电水壶"


def test_another_taxonomy_is_searched_by_at_once(publish, company):
    publish("停车券怎么领", "结账时在收银台出示车牌号，可以领两小时停车券。")
    assert find_articles("车位太少", scope=EVERYTHING) == []
    choose_taxonomy("restaurant")
    assert titles(find_articles("车位太少", scope=EVERYTHING)) == ["停车券怎么领"]
