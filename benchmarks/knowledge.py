"""How long articles take to be found as one types, at 5,000 articles, and a text to be checked.

`python -m benchmarks.knowledge`. Beside the search, the same question asked of the database word by word.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
os.environ["ZHIYIN_HOME"] = tempfile.mkdtemp(prefix="knowledge-")

import django

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from zhiyin.knowledge.models import Article, ArticleVersion, State  # noqa: E402
from zhiyin.knowledge.plain import check_text  # noqa: E402
from zhiyin.knowledge.plain.measuring import read_examples  # noqa: E402
from zhiyin.knowledge.search import find_articles  # noqa: E402
from zhiyin.people.models import Account  # noqa: E402
from zhiyin.people.scope import EVERYTHING  # noqa: E402

N_ARTICLES, N_SIGNS, N_QUESTIONS = 5_000, 600, 200
MOST_MS = 50.0
_THINGS = [
    "奶茶",
    "蛋糕",
    "发票",
    "会员",
    "积分",
    "停车",
    "押金",
    "空调",
    "冰箱",
    "宽带",
    "流量",
    "快递",
    "退款",
]
_DOINGS = [
    "怎么开",
    "怎么退",
    "怎么换",
    "多少钱",
    "多久",
    "坏了",
    "漏水",
    "洒了",
    "太慢",
    "过期",
    "少了",
    "不制冷",
]


def main() -> int:
    """Print the figures; 1 where a search takes longer than it may."""
    call_command("migrate", verbosity=0)
    chance = random.Random(7)
    texts = _fill(chance)
    started = time.perf_counter()
    find_articles("发票", scope=EVERYTHING)
    print(f"the first search, which builds the index: {time.perf_counter() - started:.2f} s")
    asked = [_question(chance) for _ in range(N_QUESTIONS)]
    typed = [question[: chance.randint(2, len(question))] for question in asked]
    ours = _times(lambda words: find_articles(words, scope=EVERYTHING), typed)
    plain = _times(_by_database, typed)
    print(f"as one types, {N_ARTICLES:,} articles of {N_SIGNS} signs: {_said(ours)}")
    ratio = np.median(plain) / np.median(ours)
    print(f"the database, word by word (LIKE): {_said(plain)}; ratio of medians {ratio:.1f}")
    Article.objects.filter(pk=Article.objects.order_by("pk").values("pk")[:1]).update(
        changed_at=timezone.now()
    )
    started = time.perf_counter()
    find_articles("发票", scope=EVERYTHING)
    print(f"the search after an article was changed: {(time.perf_counter() - started) * 1000:.0f} ms")
    examples = [one.text for one in read_examples("zh")]
    check_text(examples[0])
    print(f"checking a sentence or two: {_said(_times(check_text, examples))}")
    long = ["".join(texts[at * 10 : at * 10 + 10])[:5_000] for at in range(20)]
    print(f"checking a text of 5,000 signs: {_said(_times(check_text, long))}")
    return 1 if np.percentile(ours, 95) > MOST_MS else 0


def _fill(chance: random.Random) -> list[str]:
    owner, now = Account.objects.create(username="owner"), timezone.now()
    texts = [
        "".join(_question(chance) + chance.choice("，。！") for _ in range(N_SIGNS // 8))[:N_SIGNS]
        for _ in range(N_ARTICLES)
    ]
    facts = {
        "owner": owner,
        "made_at": now,
        "changed_at": now,
        "review_on": (now + timedelta(days=90)).date(),
    }
    articles = Article.objects.bulk_create([Article(n_versions=1, **facts) for _ in texts])
    versions = ArticleVersion.objects.bulk_create(
        [
            ArticleVersion(
                article=article, number=1, state=State.PUBLISHED, title=_question(chance), text=text, at=now
            )
            for article, text in zip(articles, texts, strict=True)
        ]
    )
    for article, version in zip(articles, versions, strict=True):
        article.published = version
    Article.objects.bulk_update(articles, ["published"], batch_size=500)
    return texts


def _question(chance: random.Random) -> str:
    rare = chr(chance.randint(0x4E00, 0x6E00)) + chr(chance.randint(0x4E00, 0x6E00))
    return chance.choice(_THINGS) + rare + chance.choice(_DOINGS)


def _by_database(words: str) -> object:
    wanted = Q()
    for place in range(0, len(words), 2):
        wanted &= Q(title__contains=words[place : place + 2]) | Q(text__contains=words[place : place + 2])
    return list(ArticleVersion.objects.filter(wanted, state=State.PUBLISHED)[:30])


def _times(do: Callable[[str], object], given: list[str]) -> list[float]:
    taken = []
    for one in given:
        started = time.perf_counter()
        do(one)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _said(times: list[float]) -> str:
    return f"median {np.median(times):.1f} ms, p95 {np.percentile(times, 95):.1f} ms"


if __name__ == "__main__":
    raise SystemExit(main())
