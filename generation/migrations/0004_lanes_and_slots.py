from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Each step commits by itself: the checks are added without reading the table, then validated
    # beside the traffic.
    atomic = False

    dependencies = [("generation", "0003_published_renders_are_kept")]

    operations = [
        migrations.AddField(
            model_name="render",
            name="lane",
            field=models.CharField(
                choices=[("preview", "Preview"), ("final", "Final"), ("off_peak", "Off Peak")],
                db_default="final",
                default="final",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="render", name="deadline_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="render",
            name="slots",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        AddConstraintNotValid(
            model_name="render",
            constraint=models.CheckConstraint(
                condition=~Q(lane="off_peak") | Q(deadline_at__isnull=False),
                name="off_peak_render_has_a_deadline",
            ),
        ),
        AddConstraintNotValid(
            model_name="render",
            constraint=models.CheckConstraint(condition=Q(slots__gte=1), name="render_has_a_slot"),
        ),
        ValidateConstraint(model_name="render", name="off_peak_render_has_a_deadline"),
        ValidateConstraint(model_name="render", name="render_has_a_slot"),
    ]
