"""Customers read our words, not those of a staff page that has the same English."""

from __future__ import annotations

import gettext as catalogues
from pathlib import Path

from django.utils import translation

CATALOGUE = Path(__file__).parents[1] / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"


def test_no_other_room_says_it_otherwise():
    with CATALOGUE.open("rb") as file:
        own = catalogues.GNUTranslations(file)._catalog
    words = {key: text for key, text in own.items() if key and isinstance(key, str)}
    with translation.override("zh-hans"):
        others = {key: translation.gettext(key) for key in words if translation.gettext(key) != words[key]}
    assert len(words) > 100
    assert others == {}


def test_customers_are_addressed_with_respect():
    with CATALOGUE.open("rb") as file:
        own = catalogues.GNUTranslations(file)._catalog
    assert [text for text in own.values() if "你" in text] == []
