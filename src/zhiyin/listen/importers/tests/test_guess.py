"""Guessing which column is what, on made-up and on real files."""

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.mapping import header_mark, parse_override

RATED = "编号,门店名称,评论时间,评分,评论标题,评论内容,手机号,商家回复,回复时间,桌号\n"
RATED += "".join(
    f"R{n},万象城店,2024/3/{n} 12:00:00,{n % 5 + 1},标题{n},第{n}次来，味道依旧,"
    f"1380000000{n},谢谢{n},2024-04-0{n},{n}\n"
    for n in range(1, 10)
)


def fields(mapping):
    return {use.column: use.field for use in mapping.columns if use.field != "attribute"}


def test_a_chinese_header_is_understood(write, take):
    taken = take(write("a.csv", RATED))
    assert fields(taken.mapping) == {
        "编号": "external_id",
        "门店名称": "unit_name",
        "评论时间": "occurred_at",
        "评分": "rating",
        "评论标题": "title",
        "评论内容": "text",
        "手机号": "author_phone",
        "商家回复": "reply_text",
        "回复时间": "reply_at",
    }
    first = taken.items[0]
    assert first.text == "标题1\n第1次来，味道依旧"
    assert first.author.identities[0].value == "13800000001"
    assert first.reply.text == "谢谢1"
    assert first.attributes == {"桌号": 1.0}


def test_columns_without_telling_names_are_judged_by_contents(write, take):
    rows = "".join(f"2024-03-0{n},u{n}@example.com,好评,这次来吃的面很筋道{n}\n" for n in range(1, 9))
    taken = take(write("a.csv", "a,b,c,d\n" + rows))
    assert fields(taken.mapping) == {"a": "occurred_at", "b": "author_email", "c": "rating", "d": "text"}


def test_a_name_that_the_cells_contradict_is_not_believed(write, take):
    taken = take(write("a.csv", "time,评分,review\n很久,重庆,味道很不错\n不久,上海,味道一般般\n"))
    assert fields(taken.mapping) == {"review": "text"}


def test_a_table_that_says_nothing_is_refused_with_a_way_out(write, take):
    with pytest.raises(InvalidInput, match="--map text="):
        take(write("a.csv", "x,y\n1,2\n3,4\n"))


def test_what_the_user_says_stands_above_the_guess(write, take):
    taken = take(write("a.csv", RATED), overrides=["text=评论标题", "rating=桌号@0..100", "attribute=手机号"])
    assert fields(taken.mapping)["评论标题"] == "text"
    assert "评论内容" not in fields(taken.mapping)
    assert taken.items[0].rating.best == 100
    assert taken.items[0].author is None


@pytest.mark.parametrize("wish", ["text", "text=", "words=评论", "rating=评分@5", "rating=评分@3..3"])
def test_a_wish_that_makes_no_sense_is_refused(wish):
    with pytest.raises(InvalidInput):
        parse_override(wish)


def test_a_wish_for_a_column_that_is_not_there_lists_those_that_are(write, take):
    with pytest.raises(InvalidInput, match="编号, 门店名称"):
        take(write("a.csv", RATED), overrides=["text=内容"])


def test_defaults_hold_where_the_row_says_nothing(write, take):
    taken = take(write("a.csv", "text,channel\n好吃,\n难吃,takeaway\n"), channel="survey", unit="S9")
    assert [item.channel for item in taken.items] == ["survey", "takeaway"]
    assert taken.items[0].unit.code == "S9"


def test_unreadable_dates_ratings_and_bytes_cost_their_row(write, take):
    rows = "".join(f"2024-01-0{n},{n % 5 + 1},还不错{n}\n" for n in range(1, 10))
    content = f"日期,评分,内容\n{rows}某天,3,a\n2024-01-01,好吃,b\n".encode() + b"2024-01-01,3,\xff\xfe\n"
    taken = take(write("a.csv", content))
    assert len(taken.items) == 9
    assert [(bad.line, bad.field, bad.code) for bad in taken.bad] == [
        (11, "日期", "unreadable_date"),
        (12, "评分", "unreadable_rating"),
        (13, "内容", "bad_bytes"),
    ]


def test_a_cell_beyond_measure_costs_its_row(write, take):
    taken = take(write("a.csv", "text\n" + "长" * 100_001 + "\n正常的一句话\n"))
    assert [bad.code for bad in taken.bad] == ["cell_too_long"]
    assert len(taken.items) == 1


def test_the_mark_of_a_header_ignores_case_and_blanks():
    assert header_mark(["ID", " Text"]) == header_mark(["id", "text "])
    assert header_mark(["a", "bc"]) != header_mark(["ab", "c"])


REAL = {
    "places/hotel_reviews.csv": {
        "hotel_id": "unit_code",
        "date": "occurred_at",
        "text": "text",
        "room_type": "product",
    },
    "places/scenic_reviews.csv": {"scenic_id": "unit_code", "date": "occurred_at", "text": "text"},
    "sentiment/shopping.csv": {"cat": "product", "label": "rating", "review": "text"},
    "sentiment/takeaway.csv": {"label": "rating", "review": "text"},
    "sentiment/electronics.csv": {"id": "external_id", "sentence": "text", "label": "rating"},
    "complaints/hotline_12345.csv": {
        "id": "external_id",
        "channel": "channel",
        "date_raw": "occurred_at",
        "title": "title",
        "text": "text",
        "first_reply": "reply_text",
    },
    "complaints/government_replies.csv": {
        "留言编号": "external_id",
        "留言用户": "author_user",
        "留言主题": "title",
        "留言时间": "occurred_at",
        "留言详情": "text",
        "答复意见": "reply_text",
        "答复时间": "reply_at",
    },
    "aspects/restaurant_reviews.csv": {"id": "external_id", "content": "text"},
    "aspects/restaurant_reviews_asap.csv": {"index": "external_id", "reviewbody": "text", "star": "rating"},
    "aspects/car_posts.csv": {"content_id": "external_id", "content": "text", "sentiment_value": "rating"},
    "aspects/cosmetics_reviews.csv": {"id": "external_id", "Reviews": "text"},
    "unlabelled/electronics_reviews.csv": {"sentence": "text", "id": "external_id"},
    "unlabelled/restaurant_reviews.csv": {"id": "external_id", "content": "text"},
    "survey/telecom_voice.csv": {
        "用户id": "author_user",
        "语音通话整体满意度": "rating",
        "用户描述": "text",
        "用户描述.1": "text",
    },
}
SCALES = {
    "sentiment/shopping.csv": (0, 1),
    "sentiment/takeaway.csv": (0, 1),
    "aspects/restaurant_reviews_asap.csv": (1, 5),
    "aspects/car_posts.csv": (-1, 1),
    "survey/telecom_voice.csv": (1, 10),
}


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_understood_without_help_and_loses_no_row(public_data, take, name):
    taken = take(public_data / name)
    assert fields(taken.mapping) == REAL[name]
    assert taken.bad == []
    for use in taken.mapping.columns_of("rating"):
        assert (use.worst, use.best) == SCALES.get(name, (1, 5))
