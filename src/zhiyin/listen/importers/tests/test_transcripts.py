"""Transcripts: JSON, WebVTT, SubRip and CSV become conversations with speakers and times."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.convert import Converter
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.mapping import Mapping
from zhiyin.listen.importers.reasons import reason_of
from zhiyin.listen.importers.voices import Defaults

VTT = """WEBVTT

NOTE made by a recogniser

1
00:00:01.000 --> 00:00:03.500
<v 客服>您好，请问有什么可以帮您

2
00:00:04.000 --> 00:00:06.000 align:start
<v 客户>外卖没送到</v>

3
00:00:06.100 --> 00:00:08.000
<v 客户>都一个小时了</v>

00:00:09.000 --> 00:00:xx.000
<v 客服>坏的

00:10.000 --> 00:12.000
<v 客服>明天上午给您回电
"""
SRT = """1
00:00:01,000 --> 00:00:03,500
坐席01：您好

2
00:00:04,000 --> 00:00:03,000
用户：倒着的

3
00:00:05,250 --> 00:00:08,000
用户：我的订单
怎么还没到
"""


@pytest.fixture
def read(tmp_path: Path):
    """The voices, refused rows and notes of a file with this name and these contents."""

    def take(name: str, contents: str | bytes):
        path = tmp_path / name
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        voices, bad, notes = [], [], []
        with open_tables(path) as tables:
            for table in tables:
                notes += table.notes
                if not table.is_native:
                    return [], [row for chunk in table.chunks() for row in chunk.bad], notes
                converter = Converter(defaults=Defaults())
                converter.begin(table, mapping=Mapping(columns=[], row_ids="own"))
                for chunk in table.chunks():
                    converted = converter.convert(chunk)
                    voices += converted.items
                    bad += [*chunk.bad, *converted.bad]
        return voices, bad, notes

    return take


def spoken(voice):
    return [(turn.speaker, turn.text, turn.start_seconds, turn.end_seconds) for turn in voice.turns]


def test_webvtt_gives_turns_by_voice_tag_and_names_the_broken_cue(read):
    voices, bad, notes = read("call_20260305_142000.vtt", VTT)
    assert spoken(voices[0]) == [
        ("staff", "您好，请问有什么可以帮您", 1.0, 3.5),
        ("customer", "外卖没送到都一个小时了", 4.0, 8.0),
        ("staff", "明天上午给您回电", 10.0, 12.0),
    ]
    assert voices[0].occurred_at.isoformat() == "2026-03-05T14:20:00+08:00"
    assert [(row.line, row.field) for row in bad] == [(17, "end")]
    assert "cue" in reason_of(bad[0])
    assert "guessed 0" in notes


def test_subrip_gives_turns_by_the_name_before_a_colon(read):
    voices, bad, _ = read("call.srt", SRT)
    assert spoken(voices[0]) == [
        ("staff", "您好", 1.0, 3.5),
        ("customer", "我的订单 怎么还没到", 5.25, 8.0),
    ]
    assert [(row.line, row.field) for row in bad] == [(6, "end")]


def test_words_before_a_colon_are_no_speaker_where_cues_usually_have_none(read):
    lines = ("您好，请问有什么可以帮您", "他跟我说：不退", "现在12:30了", "客服：好的")
    cues = [f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n" for n, line in enumerate(lines, start=1)]
    voices, _, _ = read("call.srt", "\n".join(cues))
    assert [turn.text for turn in voices[0].turns] == [*lines[:3], "好的"]
    assert voices[0].attributes == {"speakers_guessed": True}


def test_subrip_in_gb18030_reads_as_well(read):
    voices, _, _ = read("call.srt", SRT.replace("00:00:03,000", "00:00:05,000").encode("gb18030"))
    assert voices[0].turns[0].text == "您好"


def said(speaker_key, text_key, *speakers):
    return [
        {speaker_key: who, text_key: words} for who, words in zip(speakers, ("您好", "没到"), strict=True)
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"call_id": "c1", "turns": said("speaker", "text", "客服", "客户")},
        {"id": "c1", "messages": said("role", "content", "assistant", "user")},
        {
            "session_id": "c1",
            "dialogue": said("sender", "utterance", {"role": "agent"}, {"role": "customer"}),
        },
        {"会话编号": "c1", "对话": said("角色", "内容", "坐席", "用户")},
        {"data": [{"id": "c1", "segments": said("spk", "text", "agent", "cust")}]},
        [{"id": "c1", "sentences": said("from", "sentence", "坐席", "主叫")}],
    ],
)
def test_json_under_usual_names_gives_the_same_conversation(read, value):
    voices, bad, _ = read("talks.json", json.dumps(value, ensure_ascii=False))
    assert not bad
    assert voices[0].external_id == "c1"
    speakers = [turn.speaker for turn in voices[0].turns]
    assert speakers in (["staff", "customer"], ["robot", "customer"])
    assert [turn.text for turn in voices[0].turns] == ["您好", "没到"]


@pytest.mark.parametrize(
    "value",
    [
        {"items": [{"id": 1, "user": "张三", "content": "菜好吃", "time": "2026-03-05"}]},
        {"records": [{"author": "Ann", "text": "good", "created_at": "2026-03-05"}]},
        [{"user": "张三", "content": "菜好吃", "time": "2026-03-05"}],
        {"messages": [{"from": "张三", "text": "上菜慢", "time": "2026-03-05"}]},
    ],
)
def test_a_json_of_reviews_is_no_transcript(read, value):
    _, _, notes = read("reviews.json", json.dumps(value, ensure_ascii=False))
    assert not any("conversations" in note for note in notes)


def test_conversations_within_a_list_of_a_common_name_are_found(read):
    talks = [{"id": f"c{n}", "turns": said("speaker", "text", "客服", "客户")} for n in range(3)]
    voices, bad, _ = read("talks.json", json.dumps({"items": talks}, ensure_ascii=False))
    assert ([voice.external_id for voice in voices], bad) == (["c0", "c1", "c2"], [])


def test_a_json_list_of_turns_is_one_conversation(read):
    turns = [
        {"speaker": "agent", "text": "您好", "start": 0},
        {"speaker": "user", "text": "没到", "start": 2},
    ]
    voices, _, _ = read("one.json", json.dumps(turns, ensure_ascii=False))
    assert len(voices) == 1
    assert voices[0].external_id.startswith("one-")


def test_json_lines_give_a_conversation_a_line_and_name_the_broken_line(read):
    good = json.dumps(
        {"id": "a", "turns": [{"role": "客服", "text": "您好"}, {"role": "客户", "text": "没到"}]}
    )
    other = good.replace(': "a"', ': "b"')
    voices, bad, _ = read("talks.jsonl", f"{good}\n{{broken\n{other}\n")
    assert [voice.external_id for voice in voices] == ["a", "b"]
    assert [(row.line, row.code) for row in bad] == [(2, "not_json")]


def test_what_the_api_itself_takes_is_left_to_its_own_reader(read):
    value = {"external_id": "a", "turns": [{"speaker": "customer", "text": "没到"}], "product": "伞"}
    voices, _, _ = read("voices.jsonl", json.dumps(value, ensure_ascii=False))
    assert (voices[0].external_id, voices[0].product) == ("a", "伞")


def test_milliseconds_clocks_and_moments_all_become_seconds(read):
    for first, second in (
        ("0", "4500"),
        ('"00:00:00"', '"00:00:04.5"'),
        ('"2026-03-05 14:20:00"', '"2026-03-05 14:20:04.5"'),
    ):
        text = (
            f'{{"id": "a", "turns": [{{"speaker": "客服", "text": "您好", "start": {first}}},'
            f' {{"speaker": "客户", "text": "没到", "start": {second}}}]}}'
        )  # fmt: skip
        voices, bad, _ = read("talks.json", text)
        assert [turn.start_seconds for turn in voices[0].turns] == [0.0, 4.5], (first, bad)
    assert voices[0].occurred_at.isoformat() == "2026-03-05T14:20:00+08:00"


def test_an_unreadable_time_names_its_turn_and_keeps_the_words(read):
    turns = [{"speaker": "客服", "text": "您好", "start": "soon"}, {"speaker": "客户", "text": "没到"}]
    voices, bad, _ = read("talks.json", json.dumps({"id": "a", "turns": turns}, ensure_ascii=False))
    assert len(voices[0].turns) == 2
    assert (bad[0].field, bad[0].values) == ("start", ("1",))
    assert "turn 1" in reason_of(bad[0])


CSV = """会话编号,说话人,时间,内容
c1,客服,2026-03-05 14:20:00,您好
c2,机器人,2026-03-05 15:00:00,请描述问题
c1,客户,2026-03-05 14:20:05,没到
c1,客服,soon,坏的
c2,客户,2026-03-05 15:00:09,转人工
"""


def test_a_csv_of_turns_gives_a_conversation_an_id_and_names_row_and_column(read):
    voices, bad, _ = read("talks.csv", CSV)
    assert [voice.external_id for voice in voices] == ["c1", "c2"]
    assert spoken(voices[0]) == [("staff", "您好", 0.0, None), ("customer", "没到", 5.0, None)]
    assert [turn.speaker for turn in voices[1].turns] == ["robot", "customer"]
    assert [(row.line, row.field) for row in bad] == [(5, "时间")]


def test_a_csv_of_reviews_is_no_transcript(read):
    _, _, notes = read("reviews.csv", "用户,评价内容,时间\n张三,菜好吃,2026-03-05\n李四,上菜慢,2026-03-06\n")
    assert not any("conversations" in note for note in notes)


def test_unnamed_speakers_are_guessed_and_the_voice_says_so(read):
    turns = [
        {"speaker": "SPEAKER_00", "text": "您好，请问有什么可以帮您"},
        {"speaker": "SPEAKER_01", "text": "我的外卖没到"},
        {"speaker": "SPEAKER_00", "text": "请问您的订单号是多少"},
    ]
    voices, _, notes = read("talks.json", json.dumps({"id": "a", "turns": turns}, ensure_ascii=False))
    assert [turn.speaker for turn in voices[0].turns] == ["staff", "customer", "staff"]
    assert voices[0].attributes == {"speakers_guessed": True}
    assert "guessed 1" in notes


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("a.vtt", "WEBVTT\n\nnothing\n"),
        ("a.srt", "1\n00:00:01,000 --> soon\n好\n"),
        ("a.json", '{"turns": [{"speaker": "客服", "text": "您好"'),
        ("a.json", '[{"speaker": "客服", "text": "您好"}, 3, null]'),
        ("a.csv", "speaker,text,time\n客服,,\n"),
        ("a.vtt", b"WEBVTT\n\n\xff\xfe\x00 --> \x80"),
    ],
)
def test_broken_files_are_refused_in_a_sentence_or_row_by_row(read, name, contents):
    try:
        voices, bad, _ = read(name, contents)
    except InvalidInput:
        return
    assert voices or bad or name.endswith("csv")
    assert all(reason_of(row, language="zh") for row in bad)


def test_a_voice_of_a_transcript_is_what_the_api_takes(read):
    voices, _, _ = read("call.vtt", VTT)
    assert msgspec.json.decode(msgspec.json.encode(voices[0]), type=type(voices[0])) == voices[0]
