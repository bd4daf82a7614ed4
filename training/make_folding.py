"""Makes `understand/data/text/folding.tsv`: one sign to one sign, from Unicode and OpenCC.

Run `python training/make_folding.py` after a new Unicode or OpenCC version; the tests of folding
say what must still hold.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import emoji
import opencc

TARGET = Path(__file__).parents[1] / "src/zhiyin/understand/data/text/folding.tsv"

_to_simplified = opencc.OpenCC("t2s").convert

# Signs that people type for one another; NFKC leaves them apart.
_ALIKE = {
    **dict.fromkeys("‐‑‒–―−﹣⁃", "-"),
    **dict.fromkeys("“”„‟«»「」『』〝〞", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("•‧∙⋅・", "·"),
    **dict.fromkeys("〜∼", "~"),
    **dict.fromkeys("【〔", "["),
    **dict.fromkeys("】〕", "]"),
}

# Traditional signs that OpenCC turns only within words; alone they mean the simple sign far more often.
_SIMPLER = {
    "瞭": "了",
    "妳": "你",
    "牠": "它",
    "乾": "干",
    "裏": "里",
    "裡": "里",
    "餘": "余",
    "藉": "借",
    "噁": "恶",
}


def _sign_like(sign: str) -> str:
    """The sign that `sign` folds to: always exactly one, itself where nothing better fits in one."""
    if sign in emoji.EMOJI_DATA:
        return sign  # ㊗ and ℹ would become plain letters, and the lexicon knows emoji
    if sign in _ALIKE:
        return _ALIKE[sign]
    wide = unicodedata.normalize("NFKC", sign)
    folded = wide if len(wide) == 1 else sign
    lowered = folded.lower()
    return lowered if len(lowered) == 1 else folded


def _simple(sign: str) -> str:
    """The simplified form of a sign, itself where there is none of one sign."""
    simple = _SIMPLER.get(sign) or (_to_simplified(sign) if unicodedata.category(sign) == "Lo" else sign)
    return simple if len(simple) == 1 else sign


def _pairs() -> Iterator[tuple[str, str]]:
    for code in range(0x20, sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.category(sign) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"}:
            continue  # spaces and controls are ranges, which `text/table.py` holds
        target = _simple(_sign_like(sign))
        while (further := _simple(_sign_like(target))) != target:
            target = further  # what is folded must fold to itself
        if target != sign:
            yield sign, target


def main() -> None:
    """Write the table; the same library versions give the same bytes."""
    lines = [f"{sign}\t{target}\n" for sign, target in _pairs()]
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
