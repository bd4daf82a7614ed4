"""Speech is cut where it is silent, whatever the blocks in which it comes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from zhiyin.listen.speech.pieces import MAX_S, Pieces, resampled

RATE = 16_000


def cut(samples, *, block):
    cutter = Pieces(sample_rate=RATE)
    found = []
    for start in range(0, len(samples), block):
        found += cutter.add(samples[start : start + block])
    return [*found, *cutter.finish()]


@pytest.mark.parametrize("block", [RATE // 2, RATE * 3, RATE * 60])
def test_pieces_are_where_the_sound_is_whatever_the_block(tones, block):
    samples = tones((0, 1), (500, 2), (0, 1.5), (500, 1), (0, 0.3), (500, 1), (0, 1))
    found = [(round(one.start_s, 1), round(one.end_s, 1)) for one in cut(samples, block=block)]
    assert found == [(1.0, 3.0), (4.5, 6.8)]


def test_long_speech_is_cut_into_pieces_that_together_are_all_of_it(tones):
    found = cut(tones((500, 65), (0, 1)), block=RATE * 15)
    assert max(one.end_s - one.start_s for one in found) <= MAX_S
    assert all(abs(after.start_s - before.end_s) < 0.1 for before, after in pairwise(found))
    assert found[-1].end_s == pytest.approx(65, abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(RATE * 40, np.float32)])
def test_silence_has_no_pieces(samples):
    assert cut(samples, block=RATE * 15) == []


def test_noise_beneath_speech_is_no_speech(tones):
    noise = np.random.default_rng(1).normal(0, 0.002, RATE * 12).astype(np.float32)
    noise[RATE * 5 : RATE * 7] += tones((500, 2))
    assert [(round(one.start_s), round(one.end_s)) for one in cut(noise, block=RATE * 4)] == [(5, 7)]


def test_another_rate_keeps_the_length():
    assert len(resampled(np.zeros(8_000, np.float32), sample_rate=8_000, wanted=RATE)) == RATE
