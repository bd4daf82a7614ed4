"""What the rooms say in English is told in Chinese."""

from __future__ import annotations

import re

import pytest

from zhiyin.cli import sentences
from zhiyin.cli.words import language
from zhiyin.errors import InvalidInput


@pytest.fixture
def in_chinese(monkeypatch):
    monkeypatch.setenv("ZHIYIN_LANGUAGE", "zh")
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.mark.usefixtures("in_chinese")
def test_values_keep_their_place():
    assert sentences.localise("No org unit has the code 'S01'.") == "没有编码为“S01”的组织。"
    told = sentences.localise("2 of 7 files of table raw are missing or damaged: a.parquet.")
    assert told == "raw 表的 7 个文件里有 2 个缺失或损坏：a.parquet。"


@pytest.mark.usefixtures("in_chinese")
def test_sentences_are_told_one_by_one_where_no_whole_is_known():
    error = InvalidInput("There is no such file.", next_step="Check the path.")
    assert sentences.message_of(error) == sentences.localise(str(error)) == "没有这个文件。请检查路径。"


@pytest.mark.usefixtures("in_chinese")
def test_an_unknown_sentence_stays_as_it_is():
    assert (
        sentences.localise("The moon is made of cheese. Try again.")
        == "The moon is made of cheese. Try again."
    )


@pytest.mark.usefixtures("in_chinese")
def test_every_sentence_of_the_list_can_be_said():
    for english in sentences.known_sentences():
        told = sentences.localise(english.replace("{}", "7"))
        assert re.search("[\u4e00-\u9fff]", told), english
        assert told.count("7") >= english.count("{}")
