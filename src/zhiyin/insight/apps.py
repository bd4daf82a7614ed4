"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """Registers the room under the label `insight`, and its pages in the menu."""

    name = "zhiyin.insight"
    label = "insight"

    def ready(self) -> None:
        """Add this room's pages to the menu."""
        from zhiyin.console.navigation import NavEntry, Section, register, register_finder
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.insight.alerts.looking_back import PAST_KIND
        from zhiyin.insight.delivery.sealing import list_sealed_here
        from zhiyin.insight.finders import find_aspects, find_units
        from zhiyin.insight.rights import register as register_rights
        from zhiyin.insight.search.index.background import erase_from_index
        from zhiyin.insight.talk import build_talk_panel
        from zhiyin.insight.topics.job import SUBJECTS_KIND
        from zhiyin.insight.voice_panels import VoicePanel
        from zhiyin.insight.voice_panels import register as add_to_voices
        from zhiyin.listen.pipeline import erasure
        from zhiyin.listen.services.jobs import kinds as jobs
        from zhiyin.people.permissions import Permission

        add_to_voices(
            VoicePanel(
                name="talk",
                template="insight/_talk_panel.html",
                permission=Permission.FEEDBACK_READ,
                build=build_talk_panel,
                order=5,
            )
        )
        erasure.on_erased.append(erase_from_index)
        register_rights()
        register_sealed(*list_sealed_here())
        jobs.register(SUBJECTS_KIND)
        jobs.register(PAST_KIND)
        register_finder("units", find_units)
        register_finder("aspects", find_aspects)
        register(
            NavEntry(
                section=Section.TODAY,
                name=_("Today"),
                url_name="home",
                icon="home",
                permission=Permission.SUMMARY_READ.value,
                order=10,
                help=_("What needs attention now"),
            ),
            NavEntry(
                section=Section.TODAY,
                name=_("Now"),
                url_name="now",
                icon="activity",
                permission=Permission.SUMMARY_READ.value,
                order=15,
                help=_("The last 60 minutes, minute by minute"),
            ),
            NavEntry(
                section=Section.LISTEN,
                name=_("Voices"),
                url_name="voices",
                icon="messages",
                permission=Permission.FEEDBACK_READ.value,
                order=10,
                help=_("Read, search and filter what customers said"),
            ),
            NavEntry(
                section=Section.LISTEN,
                name=_("Review queue"),
                url_name="review_queue",
                icon="list-check",
                permission=Permission.FEEDBACK_CORRECT.value,
                order=15,
                help=_("Doubtful labels, one after the other: confirm or correct"),
            ),
            NavEntry(
                section=Section.TODAY,
                name=_("Alerts"),
                url_name="alerts",
                icon="bell",
                permission=Permission.FEEDBACK_READ.value,
                order=20,
                help=_("What stands out of the ordinary, and what explains it"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Boards"),
                url_name="boards",
                icon="layout-dashboard",
                permission=Permission.SUMMARY_READ.value,
                order=10,
                help=_("Figures put together by yourself, shared by role, on a wall"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Units"),
                url_name="units",
                icon="building-store",
                permission=Permission.SUMMARY_READ.value,
                order=20,
                help=_("Compare regions and stores"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("QSC"),
                url_name="qsc",
                icon="clipboard-check",
                permission=Permission.SUMMARY_READ.value,
                order=25,
                help=_("Quality, service and cleanliness of every store, beside its inspections"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Competitors"),
                url_name="competitors",
                icon="swords",
                permission=Permission.FEEDBACK_READ.value,
                order=45,
                help=_("How often customers name others, and who comes off better"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("What is new"),
                url_name="new_subjects",
                icon="sparkles",
                permission=Permission.FEEDBACK_READ.value,
                order=50,
                help=_("Subjects that customers have begun to speak of"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Aspects"),
                url_name="aspects",
                icon="tags",
                permission=Permission.SUMMARY_READ.value,
                order=30,
                help=_("What customers speak of, and why"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Journeys"),
                url_name="journeys",
                icon="timeline",
                permission=Permission.SUMMARY_READ.value,
                order=35,
                help=_("The way of a customer, as designed and as measured"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Drivers"),
                url_name="why",
                icon="chart-dots",
                permission=Permission.SUMMARY_READ.value,
                order=40,
                help=_("What moves the rating, and what to improve first"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("What to mend first"),
                url_name="priority",
                icon="sort-descending",
                permission=Permission.SUMMARY_READ.value,
                order=45,
                help=_("Problems by people affected, harm and reach, against the work they take"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Measures"),
                url_name="measures",
                icon="list-details",
                permission=Permission.SUMMARY_READ.value,
                order=80,
                help=_("Every figure with its definition, formula, source and value"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("Alert rules"),
                url_name="alert_rules",
                icon="bell",
                permission=Permission.CHANNELS_MANAGE.value,
                order=55,
                help=_("What is watched, and who is told"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("Destinations"),
                url_name="destinations",
                icon="send",
                permission=Permission.CHANNELS_MANAGE.value,
                order=60,
                help=_("Group robots, mailboxes and webhooks that get alerts and reports"),
            ),
            NavEntry(
                section=Section.UNDERSTAND,
                name=_("Reports"),
                url_name="reports",
                icon="report",
                permission=Permission.SUMMARY_READ.value,
                order=90,
                help=_("Figures for people who do not sign in: by mail or group chat, on a schedule"),
            ),
        )
