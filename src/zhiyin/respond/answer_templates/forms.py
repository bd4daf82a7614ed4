"""What people type on the page of templates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.voice_names import channel_names
from zhiyin.people.forms.fields import UnitField
from zhiyin.respond.answer_templates.services import TemplateWords
from zhiyin.respond.models import AnswerTemplate
from zhiyin.respond.services.changes import MAX_TEXT

_ROWS = {"rows": 6}


class TemplateForm(forms.Form):
    """One version of a template."""

    name = forms.CharField(label=_("Name of the template"), max_length=80)
    text_zh = forms.CharField(
        label=_("Text in Chinese"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_ROWS),
        help_text=_("Empty where there is none: customers then get the other."),
    )
    text_en = forms.CharField(
        label=_("Text in English"), max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs=_ROWS)
    )
    channel = forms.ChoiceField(label=_("Only for this channel"), required=False)
    aspect = forms.ChoiceField(label=_("Only for this aspect"), required=False)
    unit = UnitField(
        label=_("Only for this unit"), required=False, help_text=_("And all below it. Empty: everywhere.")
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.label_suffix = ""
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [("", _("All channels")), *sorted(channel_names(page_language()).items())]
        aspect = self.fields["aspect"]
        assert isinstance(aspect, forms.ChoiceField)
        aspect.choices = [("", _("All aspects")), *_list_aspects(chosen=self.initial.get("aspect", ""))]

    def words(self) -> TemplateWords:
        """What was typed, as a version."""
        typed = self.cleaned_data
        return TemplateWords(
            name=typed["name"],
            text_zh=typed["text_zh"].replace("\r\n", "\n"),
            text_en=typed["text_en"].replace("\r\n", "\n"),
            channel=typed["channel"],
            aspect=typed["aspect"],
            unit_id=typed["unit"].pk if typed["unit"] else None,
        )


def _list_aspects(*, chosen: str) -> list[tuple[str, str]]:
    """Codes and names as the tree has them; one that was chosen and is gone from the tree stays."""
    nodes = read_aspect_tree(page_language()).nodes.values()
    lines = [(node.id, "　" * (node.level - 1) + node.name) for node in nodes]
    is_known = not chosen or any(code == chosen for code, _name in lines)
    return lines if is_known else [*lines, (chosen, chosen)]


def typed_before(template: AnswerTemplate) -> dict[str, object]:
    """What the form shows of a template that is there."""
    return {
        "name": template.name,
        "text_zh": template.text_zh,
        "text_en": template.text_en,
        "channel": template.channel,
        "aspect": template.aspect,
        "unit": f"{template.unit.name} · {template.unit.code}" if template.unit else "",
    }
