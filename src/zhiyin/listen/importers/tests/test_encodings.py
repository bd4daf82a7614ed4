"""Which encoding a file is in."""

import io

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.encodings import check_encoding, detect_encoding

SIMPLIFIED = "评论内容,评分\n房间很干净,服务也好,5\n早餐一般般,等了半个小时才上菜,3\n"
TRADITIONAL = "評論內容,評分\n房間很乾淨,服務也好,5\n早餐普通,等了半個小時才上菜,3\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_simplified_text_is_recognised(encoding):
    assert detect_encoding(io.BytesIO(SIMPLIFIED.encode(encoding))) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_traditional_text_is_recognised(encoding):
    found = detect_encoding(io.BytesIO(TRADITIONAL.encode(encoding)))
    assert TRADITIONAL.encode(encoding).decode(found) == TRADITIONAL


def test_traditional_text_in_gb18030_is_not_taken_for_big5():
    assert detect_encoding(io.BytesIO(TRADITIONAL.encode("gb18030"))) == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding):
    assert detect_encoding(io.BytesIO(SIMPLIFIED.encode(encoding))) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_byte_changes_nothing(encoding):
    content = (SIMPLIFIED * 20).encode(encoding)
    content = content[:300] + b"\xff" + content[300:]
    assert detect_encoding(io.BytesIO(content)) == encoding


def test_chinese_that_begins_after_a_megabyte_of_ascii_is_found():
    content = b"id,text\n" + b"1,good\n" * 300_000 + SIMPLIFIED.encode("gb18030")
    assert detect_encoding(io.BytesIO(content)) == "gb18030"


def test_western_text_is_not_taken_for_chinese():
    content = ("id,text\n" + "1,très bien, à bientôt, déjà vu, garçon\n" * 20).encode("cp1252")
    found = detect_encoding(io.BytesIO(content))
    assert "déjà vu" in content.decode(found)


def test_two_words_in_gb18030_that_are_valid_utf8_by_chance_do_not_fool_a_longer_file():
    content = ("评论\n联通\n" + "服务态度很好\n" * 3).encode("gb18030")
    assert detect_encoding(io.BytesIO(content)) == "gb18030"


def test_the_position_goes_back_to_the_start():
    stream = io.BytesIO(SIMPLIFIED.encode())
    detect_encoding(stream)
    assert stream.tell() == 0


@pytest.mark.parametrize("name", ["no-such", "base64", "", "zip\0"])
def test_an_unknown_encoding_is_refused_with_a_way_out(name):
    with pytest.raises(InvalidInput, match="Use for example"):
        check_encoding(name)


@pytest.mark.data
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
@pytest.mark.parametrize("name", ["sentiment/takeaway.csv", "complaints/hotline_12345.csv"])
def test_real_texts_come_back_in_any_encoding(public_data, name, encoding):
    text = (public_data / name).read_text("utf-8-sig")[:20_000]
    if encoding == "big5hkscs":
        from opencc import OpenCC

        text = OpenCC("s2t").convert(text)
    content = text.encode(encoding, "ignore")
    found = detect_encoding(io.BytesIO(content))
    assert content.decode(found) == content.decode(encoding)
