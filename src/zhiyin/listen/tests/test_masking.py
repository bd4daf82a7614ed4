"""What the source tells of an author is covered in the words, and nothing else is."""

from __future__ import annotations

import pytest

from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.pipeline.masking import cover_author

AUTHOR = AuthorIn(
    name="陈思远",
    identities=[IdentityIn(type="member", value="M20931"), IdentityIn(type="order", value="77")],
)


def test_full_name_and_identifiers_are_covered_sign_by_sign() -> None:
    assert cover_author("陈思远，会员号M20931", AUTHOR) == "***，会员号******"


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("77 分钟才到", AUTHOR),  # too short to be told from a number
        ("今天很高兴", AuthorIn(name="高兴")),  # two signs stand in other words by chance
        ("奶茶控必点", AuthorIn(name="奶茶控")),  # a nickname, no family name
        ("味道不错", None),
        ("", AUTHOR),
    ],
)
def test_words_that_only_look_like_it_stay(text: str, author: AuthorIn | None) -> None:
    assert cover_author(text, author) == text
