"""Pace is measured by the recorded tries: nothing has read this index since there are some."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # So that renders may be written meanwhile.
    atomic = False

    dependencies = [("generation", "0012_first_shelves")]

    operations = [RemoveIndexConcurrently(model_name="render", name="render_pace")]
