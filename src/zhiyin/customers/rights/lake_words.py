"""What the lake's tables are called for the person whose rows they hold, and what is not shown of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Under the empty name: columns that tell of our storage, not of the person. Tables besides: `raw` holds
# the same words once more, sealed.
LEFT_OUT: dict[str, frozenset[str]] = {
    "raw": frozenset(),
    "": frozenset(
        {
            "author_key", "customer_key", "key", "order_key", "serial_key", "staff_key", "record_id",
            "content_hash", "is_current", "sequence", "revision", "fingerprint", "near_keys", "private",
            "conversation", "day", "entry_id", "corrects", "entered_by",
        }
    ),
}  # fmt: skip


def table_title(table: str) -> str:
    """What the table is called; its own name where nobody gave it one."""
    names = {
        "feedback": _("What you said, and how we understood it"),
        "opinions": _("Opinions that we read in it"),
        "replies": _("Our replies"),
        "purchases": _("Purchases"),
        "contacts": _("Contacts"),
        "customer_events": _("Events"),
        "customer_traits": _("What systems told of you"),
        "products_owned": _("Products that you own"),
        "visits": _("Visits"),
        "case_ratings": _("Stars that you gave us"),
        "value_entries": _("What you received"),
    }
    return names.get(table, table)
