from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_channels_of_purposes"),
    ]

    operations = [
        migrations.AddField(
            model_name="consentpurpose",
            name="before",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
