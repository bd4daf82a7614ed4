"""A column of the database that holds tokens of the vault, as a rotation of the keys reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import BinaryField, Count, F, Func, Model, QuerySet

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import Moved, OnMoved
from zhiyin.engine.vault import TokenUnreadable, Vault, version_head

_BATCH = 500
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """One column. `context` makes what a row's token is bound to from the fields that `needs` names.

    Without `context` the tokens open only with what somebody else holds: they cannot be moved and must
    time out.
    """

    model: type[Model]
    column: str
    context: Callable[[Row], bytes] | None
    needs: Sequence[str] = ()

    @property
    def name(self) -> str:
        """`respond.Case.contact_sealed`."""
        return f"{self.model._meta.label}.{self.column}"

    @property
    def expires(self) -> bool:
        """Whether the tokens cannot be moved."""
        return self.context is None

    def count_by_version(self) -> Mapping[int, int]:
        """How many tokens of each data key the column holds."""
        heads = self._tokens().values_list("token_head").annotate(n=Count("pk")).order_by()
        counts: dict[int, int] = {}
        for head, n_tokens in heads:
            version = int.from_bytes(bytes(head), "big")
            counts[version] = counts.get(version, 0) + n_tokens
        return counts

    def move(self, *, to: int, on_moved: OnMoved) -> Moved:
        """Seal anew what keys older than `to` wrote, some hundred rows a transaction."""
        if self.context is None:
            return Moved()
        vault = open_engine(settings.HOME).vault
        n_moved = n_unreadable = 0
        for rows in self._batches(to=to):
            tokens = [(row, self._reseal(row, vault=vault)) for row in rows]
            n_unreadable += sum(token is None for _, token in tokens)
            with transaction.atomic():
                n_stored = sum(self._store(row, token) for row, token in tokens if token is not None)
            n_moved += n_stored
            on_moved(n_stored)
        return Moved(n_moved=n_moved, n_unreadable=n_unreadable)

    def _tokens(self) -> QuerySet[Model]:
        head = Func(F(self.column), 1, 2, function="SUBSTR", output_field=BinaryField())
        held = self.model._base_manager.exclude(**{f"{self.column}__isnull": True})
        tokens: QuerySet[Model] = held.exclude(**{self.column: b""}).annotate(token_head=head)
        return tokens

    def _batches(self, *, to: int) -> Iterator[list[dict[str, object]]]:
        old = self._tokens().filter(token_head__lt=version_head(to)).order_by("pk")
        rows = [*old.values("pk", self.column, *self.needs)[:_BATCH]]
        while rows:
            yield rows
            rows = [*old.filter(pk__gt=rows[-1]["pk"]).values("pk", self.column, *self.needs)[:_BATCH]]

    def _reseal(self, row: Row, *, vault: Vault) -> bytes | None:
        """The same under the newest key; None where it does not open, which leaves it as it is."""
        if self.context is None:
            return None
        context, token = self.context(row), row[self.column]
        try:
            return vault.encrypt(vault.decrypt(_as_bytes(token), context=context), context=context)
        except TokenUnreadable:
            return None

    def _store(self, row: Row, token: bytes) -> int:
        """Only over what was read: a value that somebody wrote meanwhile stays."""
        before = {"pk": row["pk"], self.column: _as_bytes(row[self.column])}
        return self.model._base_manager.filter(**before).update(**{self.column: token})


def _as_bytes(value: object) -> bytes:
    """PostgreSQL gives a memoryview."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""
