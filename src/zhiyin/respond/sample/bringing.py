"""Brings the cases: hears the voices as they pass, hires the staff, tells the stories, keeps the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.knowledge.models import Article
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.sample import Company, VoiceTruth
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.options import BEIJING
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.clocks.services import add_suggested
from zhiyin.respond.clocks.suggested import list_suggestions
from zhiyin.respond.models import CaseVoice, ClockRule
from zhiyin.respond.sample import promises, stories
from zhiyin.respond.sample.articles import bring_articles
from zhiyin.respond.sample.choosing import N_DAYS, Chooser, Chosen, Seed
from zhiyin.respond.sample.playing import play
from zhiyin.respond.sample.reviews import review
from zhiyin.respond.sample.scene import CaseTruth, Scene
from zhiyin.respond.sample.staff import Cast, hire
from zhiyin.respond.sample.stories import Story, Teller
from zhiyin.respond.sample.welcoming import read_truths, write_truths

_ENDED: Sequence[tuple[Teller, int]] = (
    (stories.quick, 30),
    (promises.granted, 14),
    (stories.late, 8),
    (stories.kicked, 7),
    (stories.reopened, 8),
    (promises.called_back, 6),
    (promises.agreed, 5),
    (stories.asked, 8),
    (promises.not_called_back, 3),
    (stories.held, 4),
    (promises.visited, 3),
    (stories.handed_on, 8),
    (stories.reopened_twice, 2),
)
_OPEN: Sequence[tuple[Teller, int]] = (
    (stories.untouched, 18),
    (stories.under_way, 14),
    (stories.due_soon, 14),
    (promises.call_is_due, 8),
    (stories.waiting, 10),
    (promises.visit_is_planned, 4),
    (promises.to_be_agreed, 8),
    (stories.on_the_way_about, 5),
    (stories.resting, 6),
    (stories.quick, 24),
)
_ASKING_ABOVE = frozenset({promises.agreed, promises.to_be_agreed})
# So long ago at least, so that a story comes to its point.
_DAYS_AGO: Mapping[Teller, int] = {
    stories.late: 16,
    stories.kicked: 21,
    stories.reopened_twice: 12,
    stories.reopened: 7,
    stories.on_the_way_about: 1,
}


class CaseBringer:
    """What this room does while the sample company is loaded; twice adds nothing."""

    def __init__(self, company: Company, engine: Engine) -> None:
        self._company = company
        self._engine = engine
        self._chooser = Chooser(company)

    def hear(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]], receipts: Sequence[Receipt]) -> None:
        """A batch of voices with the ids that they have here."""
        self._chooser.hear(voices, receipts)

    def finish(self) -> None:
        """All cases, once everything else of the company is here."""
        chosen = _without_known(self._chooser.choose())
        if not any((chosen.single, chosen.recent, chosen.twice, chosen.group)):
            return
        options = self._company.options
        since = datetime.combine(
            options.last_day - timedelta(days=N_DAYS), datetime.min.time(), tzinfo=BEIJING
        )
        if not ClockRule.objects.exists():
            add_suggested(list_suggestions(language="zh"), by=SYSTEM, scope=EVERYTHING, from_day=since.date())
        truths: list[CaseTruth] = []
        cast = hire(self._company)
        told = _Telling(self._company, cast=cast, articles=bring_articles(cast), truths=truths)
        play(told.stories(chosen), since=since, until=min(timezone.now(), _end_of(self._company)))
        review(truths, cast=cast)
        write_truths([*read_truths(), *truths])


class _Telling:
    """Gives each voice its story."""

    def __init__(
        self, company: Company, *, cast: Cast, articles: Mapping[str, Article], truths: list[CaseTruth]
    ) -> None:
        self._company, self._cast, self._articles, self._truths = company, cast, articles, truths
        self._aspects = {one.id for one in get_taxonomy().taxonomy.aspects}
        self._customers = {one.code: one for one in company.customers}

    def stories(self, chosen: Chosen) -> Iterator[Story]:
        """All of them, not begun."""
        for seeds, tellers in ((chosen.single, _ENDED), (chosen.recent, _OPEN)):
            dice = Dice(self._company.options.seed, "stories", len(tellers))
            left = list(seeds)
            for tell in _draw(tellers, len(seeds), dice=dice):
                seed = next((one for one in left if self._fits(tell, one)), left[0])
                left.remove(seed)
                yield tell(self._scene(seed, story=tell.__name__))
        if chosen.twice:
            yield promises.merged([self._scene(seed, story="merged") for seed in chosen.twice])
        if chosen.group:
            yield promises.grouped([self._scene(seed, story="grouped") for seed in chosen.group])

    def _fits(self, tell: Teller, seed: Seed) -> bool:
        """Whether the story can be told of this voice as it is meant to go."""
        if tell in _ASKING_ABOVE:
            return promises.asks_above(seed.aspect)
        if tell is promises.granted:
            return promises.has_policy(seed.aspect)
        n_days = self._days_ago(seed)
        return _DAYS_AGO.get(tell, n_days) <= n_days if tell is not stories.due_soon else n_days == 0

    def _days_ago(self, seed: Seed) -> int:
        """How long before the last day."""
        return (self._company.options.last_day - seed.at.date()).days

    def _scene(self, seed: Seed, *, story: str) -> Scene:
        return Scene(
            seed=seed,
            story=story,
            dice=Dice(self._company.options.seed, "case", seed.name),
            cast=self._cast,
            customer=self._customers[seed.customer],
            aspect=seed.aspect if seed.aspect in self._aspects else "",
            article=self._articles.get(seed.aspect),
            note_truth=self._truths.append,
            n_days_ago=self._days_ago(seed),
        )


def _draw(tellers: Sequence[tuple[Teller, int]], n: int, *, dice: Dice) -> list[Teller]:
    """Each story once, as far as the cases reach, then by their weights."""
    wheel = Wheel([weight for _, weight in tellers])
    once = [tell for tell, _ in tellers][:n]
    return once + [tellers[wheel.spin(dice)][0] for _ in range(n - len(once))]


def _without_known(chosen: Chosen) -> Chosen:
    """Without the voices that a case is about already; a matter of several voices comes whole or not."""
    every = [*chosen.single, *chosen.recent, *chosen.twice, *chosen.group]
    known = set(
        CaseVoice.objects.filter(feedback_id__in=[seed.feedback_id for seed in every]).values_list(
            "feedback_id", flat=True
        )
    )

    def left(seeds: Sequence[Seed]) -> list[Seed]:
        return [seed for seed in seeds if seed.feedback_id not in known]

    return Chosen(
        single=left(chosen.single),
        recent=left(chosen.recent),
        twice=chosen.twice if len(left(chosen.twice)) == len(chosen.twice) else (),
        group=chosen.group if len(left(chosen.group)) == len(chosen.group) else (),
    )


def _end_of(company: Company) -> datetime:
    """The noon after the last day: who opens the sample then finds its newest cases open."""
    day = company.options.last_day + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING).astimezone(UTC)
