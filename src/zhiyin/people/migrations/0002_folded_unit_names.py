import unicodedata

from django.db import migrations, models


def fold_names(apps, schema_editor):
    units = apps.get_model("people", "OrgUnit").objects
    for unit in units.all().iterator():
        unit.folded_name = " ".join(unicodedata.normalize("NFKC", unit.name).casefold().split())[:200]
        unit.save(update_fields=["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="orgunit",
            name="folded_name",
            field=models.CharField(db_index=True, default="", max_length=200),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
        migrations.AlterField(model_name="orgunit", name="name", field=models.CharField(max_length=200)),
    ]
