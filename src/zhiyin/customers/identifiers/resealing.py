"""The job that seals everything anew under the newest key."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.engine.home import Home
from zhiyin.listen.services.jobs import make_table_kind
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.people.permissions import Permission
from zhiyin.people.services.encryption import read_keys_state, reencrypt

KIND = "resealing"


def _reseal(*, home: Home, progress: Progress) -> dict[str, int]:
    del home  # the stores know theirs
    n_total, n_done = read_keys_state().n_old, 0

    def tell(_name: str, n_moved: int) -> None:
        nonlocal n_done
        n_done += n_moved
        progress.tell(n_done, n_total=max(n_total, n_done))

    moved = reencrypt(on_progress=tell)
    return {
        "moved": sum(one.n_moved for one in moved.values()),
        "unreadable": sum(one.n_unreadable for one in moved.values()),
    }


RESEALING_KIND = make_table_kind(
    KIND,
    name=_("Sealing anew under the newest key"),
    icon="shield-lock",
    permission=Permission.INSTALLATION_MANAGE,
    work=_reseal,
    figure_names={"moved": _("sealed anew"), "unreadable": _("do not open")},
)
