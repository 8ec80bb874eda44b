from django.db import migrations

# P1 and P2, held by the database: a clip carries the verdict, its outcome and the digest of the media,
# and both keys must match. An allowed verdict on other bytes, a verdict that did not allow, media
# replaced after publication, somebody else's render: none of them can be written, by any code path.
# Django declares no composite foreign keys, so they stand here.
HOLD = """
ALTER TABLE generation_render
    ADD CONSTRAINT render_media_and_maker UNIQUE (id, media_digest, maker_id);
ALTER TABLE social_clip
    ADD CONSTRAINT clip_verdict_is_on_these_bytes
        FOREIGN KEY (verdict_id, verdict_outcome, media_digest)
        REFERENCES moderation_verdict (id, outcome, subject_digest),
    ADD CONSTRAINT clip_bytes_are_its_makers_render
        FOREIGN KEY (render_id, media_digest, maker_id)
        REFERENCES generation_render (id, media_digest, maker_id);
"""

LET_GO = """
ALTER TABLE social_clip
    DROP CONSTRAINT clip_bytes_are_its_makers_render,
    DROP CONSTRAINT clip_verdict_is_on_these_bytes;
ALTER TABLE generation_render DROP CONSTRAINT render_media_and_maker;
"""


class Migration(migrations.Migration):
    dependencies = [("social", "0001_clips")]

    operations = [migrations.RunSQL(sql=HOLD, reverse_sql=LET_GO)]
