from django.db import migrations

from core.append_only import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_verdicts_and_cases")]

    operations = [
        ForbidChanges("moderation_verdict"),
        ForbidChanges("moderation_event"),
        ForbidChanges("moderation_ruleversion"),
        ForbidChanges("moderation_thresholdset"),
    ]
