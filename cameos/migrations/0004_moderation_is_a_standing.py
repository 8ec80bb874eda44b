"""A likeness in use that moderation hides keeps its owner's state: its standing hides it.

Such a row was "held", and its standing says so already; a pause that a hold had overwritten is not
known any more.
"""

from django.db import migrations, models

STATES = [
    ("capturing", "Capturing"),
    ("verifying", "Verifying"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("refused", "Refused"),
    ("revoked", "Revoked"),
    ("erased", "Erased"),
]
LIVING = ("capturing", "verifying", "active", "paused")


class Migration(migrations.Migration):
    dependencies = [
        ("cameos", "0003_remix_and_attempts"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE cameos_cameo SET state = 'active' WHERE state = 'held'",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(model_name="cameo", name="one_living_person_cameo_each"),
        migrations.AlterField(
            model_name="cameo",
            name="state",
            field=models.CharField(
                choices=STATES, default="capturing", editable=False, max_length=20
            ),
        ),
        migrations.AddConstraint(
            model_name="cameo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "person"), ("state__in", LIVING)),
                fields=("owner",),
                name="one_living_person_cameo_each",
            ),
        ),
    ]
