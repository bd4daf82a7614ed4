"""Which taxonomy arriving voices are understood by: the chosen one, once the facts have followed it."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.engine import Engine
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.models import BackgroundJob, TaxonomyVersion, VersionInForce
from zhiyin.listen.services.jobs.kinds import UNFINISHED
from zhiyin.listen.services.taxonomy import read_taxonomy_text
from zhiyin.listen.services.taxonomy_record import built_in_text
from zhiyin.understand.taxonomy import Taxonomy, parse_taxonomy

_ONLY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The version that stays in force until a re-tagging has switched the facts."""

    label: str
    name: str
    text: str

    def load(self) -> Taxonomy:
        """The taxonomy itself."""
        return parse_taxonomy(self.text, file=self.name)


def find_held() -> Held | None:
    """What is held, if anything. One small query."""
    row = VersionInForce.objects.filter(held_for__status__in=UNFINISHED).first()
    return Held(label=row.label, name=row.name, text=row.text) if row else None


def note_in_force(taxonomy: Taxonomy) -> None:
    """Arriving voices are understood by the chosen taxonomy, which is this one, from now on."""
    if not VersionInForce.objects.filter(label=taxonomy.label).exists():
        _write(label=taxonomy.label, name=taxonomy.name, text=read_taxonomy_text())


def hold(job: BackgroundJob, *, engine: Engine) -> None:
    """Keep what is in force until the job ends; where nobody noted it, what the latest voice was read by."""
    if not VersionInForce.objects.exists():
        _note_from_facts(engine)
    VersionInForce.objects.filter(pk=_ONLY).update(held_for=job)


def let_go(taxonomy: Taxonomy, *, text: str) -> None:
    """The facts are of this taxonomy now; so are those that arrive."""
    _write(label=taxonomy.label, name=taxonomy.name, text=text)


def latest_label(engine: Engine) -> str:
    """The taxonomy of the voice that was stored last; empty where there is none."""
    if FEEDBACK.name not in engine.lake.tables() or not engine.lake.files(FEEDBACK.name):
        return ""
    with engine.lake.connect(FEEDBACK.name) as connection:
        row = connection.execute(
            "SELECT taxonomy FROM feedback WHERE day = (SELECT max(day) FROM feedback)"
            " ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
    return str(row[0] or "") if row else ""


def _note_from_facts(engine: Engine) -> None:
    label = latest_label(engine)
    name = label.partition("@")[0]
    version = TaxonomyVersion.objects.filter(label=label).first()
    texts = [version.text if version else built_in_text(name), read_taxonomy_text()]
    for text in texts:
        if text and parse_taxonomy(text, file=name).label == label:
            _write(label=label, name=name, text=text)
            return


def _write(*, label: str, name: str, text: str) -> None:
    values = {"label": label, "name": name[:100], "text": text}
    VersionInForce.objects.update_or_create(pk=_ONLY, defaults=values)
