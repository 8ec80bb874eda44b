from django.db import migrations, transaction

BATCH = 2000
ROLE = "remix"


def name_remixes(apps, schema_editor):
    """Give renders of before there were operations their operation, and their parent its row.

    A batch is a transaction of its own; what has its row already is passed over, so that it can be
    run again after it was cut short.
    """
    Render = apps.get_model("generation", "Render")
    RenderParent = apps.get_model("generation", "RenderParent")
    remixes = Render.objects.filter(parent__isnull=False).order_by("pk")
    found = list(remixes.values_list("pk", "parent_id")[:BATCH])
    while found:
        keys = [pk for pk, _ in found]
        with transaction.atomic():
            Render.objects.filter(pk__in=keys, operation="text").update(operation=ROLE)
            RenderParent.objects.bulk_create(
                [RenderParent(render_id=pk, parent_id=of, position=0, role=ROLE) for pk, of in found],
                ignore_conflicts=True,
            )
        found = list(remixes.filter(pk__gt=keys[-1]).values_list("pk", "parent_id")[:BATCH])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("generation", "0008_operations")]

    operations = [migrations.RunPython(name_remixes, migrations.RunPython.noop)]
