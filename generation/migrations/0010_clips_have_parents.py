from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

FROM_NOTHING = ("text", "image", "storyboard", "schedule")


class Migration(migrations.Migration):
    # The check is added without reading the table, then validated beside the traffic.
    atomic = False

    dependencies = [("generation", "0009_name_remixes")]

    operations = [
        AddConstraintNotValid(
            model_name="render",
            constraint=models.CheckConstraint(
                condition=Q(operation__in=FROM_NOTHING, parent__isnull=True)
                | (~Q(operation__in=FROM_NOTHING) & Q(parent__isnull=False)),
                name="render_of_a_clip_has_a_parent",
            ),
        ),
        ValidateConstraint(model_name="render", name="render_of_a_clip_has_a_parent"),
    ]
