from django.db import migrations

from core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("core", "0001_audit_and_idempotency")]

    operations = [ForbidChanges("core_auditentry")]
