"""The job that judges everything again after a change of rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.customers.linking.recomputing import recompute
from zhiyin.engine.home import Home
from zhiyin.listen.services.jobs import JobKind, make_table_kind
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.people.permissions import Permission

KIND = "relinking"


def make_kind() -> JobKind:
    """The kind of job."""
    return make_table_kind(
        KIND,
        name=_("Linking customers by new rules"),
        icon="link",
        permission=Permission.INSTALLATION_MANAGE,
        work=_work,
        figure_names={"judged": _("Identifiers judged")},
    )


def _work(*, home: Home, progress: Progress) -> dict[str, int]:
    def tell(done: int, total: int) -> bool:
        progress.tell(done, n_total=total)
        return True

    return {"judged": recompute(on_progress=tell)}
