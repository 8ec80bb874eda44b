import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_shares_of_a_queue")]

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=80)),
                ("pid", models.PositiveIntegerField()),
                ("device", models.CharField(blank=True, max_length=80)),
                ("engines", models.JSONField(default=list)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="render",
            name="worker",
            field=models.CharField(db_default="", default="", editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="render",
            name="claimed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="RenderAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("worker", models.CharField(max_length=120)),
                ("engine", models.CharField(max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("impossible", "Impossible"),
                            ("lost", "Lost"),
                        ],
                        max_length=12,
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "render",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="generation.render",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["engine", "-ended_at"], name="attempt_pace")],
            },
        ),
        ForbidChanges("generation_renderattempt"),
    ]
