from django.db import migrations

from core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_credits_and_payments")]

    operations = [ForbidChanges("billing_ledgerentry")]
