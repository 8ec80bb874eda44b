from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_capture_needs_a_ready_render")]

    operations = [
        migrations.AddField(
            model_name="render",
            name="kept_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="render",
            constraint=models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(state="ready"),
                name="kept_render_is_ready",
            ),
        ),
        migrations.AddIndex(
            model_name="render",
            index=models.Index(
                condition=Q(state__in=("ready", "held")),
                fields=["engine", "-ended_at"],
                name="render_pace",
            ),
        ),
    ]
