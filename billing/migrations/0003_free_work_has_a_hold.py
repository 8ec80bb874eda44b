from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # The check is added without reading the table, then validated beside the traffic.
    atomic = False

    dependencies = [("billing", "0002_ledger_is_append_only")]

    operations = [
        migrations.RemoveConstraint(model_name="hold", name="hold_is_of_something"),
        AddConstraintNotValid(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=Q(amount__gte=0), name="hold_is_never_negative"
            ),
        ),
        ValidateConstraint(model_name="hold", name="hold_is_never_negative"),
    ]
