from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("core", "0002_audit_is_append_only")]

    operations = [
        AddIndexConcurrently(
            "idempotentrequest",
            models.Index(fields=["created_at"], name="answer_by_age"),
        )
    ]
