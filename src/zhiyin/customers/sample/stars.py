"""The stars that staff gave after contacts: high where the matter was solved, low where not."""

from __future__ import annotations

from django.utils import timezone

from zhiyin.customers.models import ContactStar
from zhiyin.engine import Engine
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.sample import Company
from zhiyin.listen.sample.dice import Dice

# Staff are asked after each contact and answer after every third.
_SHARE_GIVEN = 0.35
_MEAN_SOLVED, _MEAN_NOT = 4.1, 2.2
_MOST_STARS = 5
_BATCH = 2_000


def bring_stars(company: Company, *, engine: Engine) -> None:
    """Writes them down beside the contacts that stand in the lake; those that stand there stay."""
    with engine.lake.connect("contacts") as connection:
        # By what the sample says and not by keys, which differ from home to home.
        contacts = connection.execute(
            "SELECT record_id, customer_key, occurred_at, unit_id, is_resolved FROM contacts WHERE source = ?"
            " AND customer_key IS NOT NULL ORDER BY occurred_at, n_told, waited_s, talked_s, record_id",
            [SAMPLE_SOURCE],
        ).fetchall()
    dice, now = Dice(company.options.seed, "stars"), timezone.now()
    rows = []
    for record_id, key, at, unit_id, is_resolved in contacts:
        if dice.roll() >= _SHARE_GIVEN:
            continue
        felt = (_MEAN_SOLVED if is_resolved else _MEAN_NOT) + dice.bell()
        stars = min(_MOST_STARS, max(1, round(felt)))
        rows.append(
            ContactStar(
                key=key, kind="contact", entry_id=record_id, stars=stars, at=at, unit_id=unit_id, given_at=now
            )
        )
    ContactStar.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
