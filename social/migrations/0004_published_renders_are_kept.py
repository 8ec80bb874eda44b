from django.db import migrations

# Clips that were published before renders knew it.
KEEP = """
UPDATE generation_render SET kept_at = clip.published_at FROM social_clip clip
 WHERE clip.render_id = generation_render.id AND clip.state <> 'removed'
   AND generation_render.state = 'ready'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("social", "0003_following_reads_one_index"),
        ("generation", "0003_published_renders_are_kept"),
    ]

    operations = [migrations.RunSQL(sql=KEEP, reverse_sql=migrations.RunSQL.noop)]
