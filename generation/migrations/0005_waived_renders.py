from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_lanes_and_slots")]

    operations = [
        migrations.AddField(
            model_name="render",
            name="is_waived",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
