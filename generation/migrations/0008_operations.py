import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

OPERATIONS = (
    "text", "image", "storyboard", "schedule", "remix", "extend", "blend", "stitch", "edit", "trim",
    "resound",
)  # fmt: skip
ROLES = ("remix", "after", "before", "blend", "stitch", "edit", "trim", "resound")


class Migration(migrations.Migration):
    dependencies = [("generation", "0007_workers_and_attempts")]

    operations = [
        migrations.AddField(
            model_name="render",
            name="operation",
            field=models.CharField(
                choices=[(one, one.title()) for one in OPERATIONS],
                db_default="text",
                default="text",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="render",
            name="purpose",
            field=models.CharField(
                choices=[("stills", "Stills"), ("preview", "Preview"), ("final", "Final")],
                db_default="final",
                default="final",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="render",
            name="original_prompt",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="render",
            name="parts",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="render",
            name="lines",
            field=models.PositiveSmallIntegerField(db_default=720, default=720),
        ),
        migrations.AddField(
            model_name="render",
            name="is_partial",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="render",
            name="stack",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="takes",
                to="generation.render",
            ),
        ),
        migrations.CreateModel(
            name="RenderParent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("role", models.CharField(choices=[(one, one.title()) for one in ROLES], max_length=8)),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="generation.render",
                    ),
                ),
                (
                    "render",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parents",
                        to="generation.render",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["render", "position"], name="parent_has_its_place"
                    ),
                    models.CheckConstraint(
                        condition=~Q(render=F("parent")), name="parent_is_another"
                    ),
                ],
            },
        ),
    ]
