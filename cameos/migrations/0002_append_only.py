from django.db import migrations

from core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("cameos", "0001_likenesses")]

    operations = [ForbidChanges("cameos_receipt")]
