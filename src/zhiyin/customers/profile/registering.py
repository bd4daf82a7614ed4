"""Adds the list of customers to the menu, and what lower rooms know to the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entries
from zhiyin.customers.profile.holding import register_holding
from zhiyin.customers.profile.sources.contacts import read_contacts
from zhiyin.customers.profile.sources.events import read_events
from zhiyin.customers.profile.sources.links import read_links
from zhiyin.customers.profile.sources.owned import read_products, read_visits
from zhiyin.customers.profile.sources.promises import read_promises
from zhiyin.customers.profile.sources.purchases import read_purchases
from zhiyin.customers.profile.sources.voices import read_conversations, read_surveys, read_voices
from zhiyin.customers.profile.timeline import TimelineSource, register_source
from zhiyin.people.permissions import Permission


def register() -> None:
    """Register; again, it changes nothing."""
    register_entries(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Customers"),
            url_name="customers",
            icon="users",
            permission=Permission.CUSTOMERS_READ.value,
            order=10,
            help=_("Who they are, and everything that happened with each"),
        )
    )
    register_source(
        TimelineSource(
            kind="voice",
            name=_("Voices"),
            icon="message",
            read=read_voices,
            permission=Permission.FEEDBACK_READ,
            can_search=True,
            order=10,
        ),
        TimelineSource(
            kind="conversation",
            name=_("Calls and chats"),
            icon="headset",
            read=read_conversations,
            permission=Permission.FEEDBACK_READ,
            can_search=True,
            order=20,
        ),
        TimelineSource(
            kind="survey",
            name=_("Surveys"),
            icon="clipboard-check",
            read=read_surveys,
            permission=Permission.FEEDBACK_READ,
            can_search=True,
            order=30,
        ),
        TimelineSource(
            kind="promise",
            name=_("Promises"),
            icon="heart-handshake",
            read=read_promises,
            permission=Permission.FEEDBACK_READ,
            can_search=True,
            order=40,
        ),
        TimelineSource(kind="contact", name=_("Contacts"), icon="phone", read=read_contacts, order=50),
        TimelineSource(
            kind="purchase",
            name=_("Purchases"),
            icon="building-store",
            read=read_purchases,
            can_search=True,
            order=60,
        ),
        TimelineSource(
            kind="product",
            name=_("Products owned"),
            icon="device-tv",
            read=read_products,
            can_search=True,
            order=64,
        ),
        TimelineSource(
            kind="visit", name=_("Visits"), icon="map-pin", read=read_visits, can_search=True, order=66
        ),
        TimelineSource(
            kind="event",
            name=_("Steps on our pages"),
            icon="device-mobile",
            read=read_events,
            can_search=True,
            order=70,
        ),
        TimelineSource(kind="link", name=_("Who is who"), icon="link", read=read_links, order=200),
    )
    register_holding()
