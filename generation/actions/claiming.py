"""Which render a worker takes next: one statement, fair between people, within their slots."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from generation import events
from generation.actions.leasing import Lease
from generation.models import Render
from generation.policies import queueing

# Claims go one by one: two at once would both count a person's slots before either has taken one.
# A claim takes about a millisecond, a render seconds. Released by the end of the transaction.
_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtext('generation.claim'))"

# The order is explained, and foreseen, by `policies.queueing`: change both together. The state
# moves here as by `Stateful.move`: the row is locked while it is QUEUED.
_CLAIM = """
WITH busy AS (
    SELECT maker_id, count(*) AS renders
      FROM generation_render
     WHERE state IN ('screening', 'rendering', 'finishing', 'reviewing')
     GROUP BY maker_id
), clock AS (
    SELECT COALESCE(MAX(tag), 0) AS tag
      FROM generation_queueshare
     WHERE engine = %(engine)s AND maker_id IS NULL
), line AS (
    SELECT render.id, render.maker_id, render.created_at,
           GREATEST(clock.tag, COALESCE(share.tag, 0)) AS begins,
           CASE WHEN render.attempts > 0 THEN 0
                ELSE GREATEST(render.price, 1)
                     / (1 + render.priority / %(priority_per_share)s::float8)
            END AS costs,
           CASE WHEN render.attempts > 0 THEN 0
                WHEN render.lane = 'preview' THEN 1
                WHEN render.lane = 'final'
                     AND render.created_at < %(now)s::timestamptz - %(aged_after)s::interval
                     THEN 1
                WHEN render.lane = 'off_peak'
                     AND render.deadline_at > %(now)s::timestamptz + %(deadline_lead)s::interval
                     THEN 3
                ELSE 2
            END AS rank
      FROM generation_render AS render
     CROSS JOIN clock
      LEFT JOIN busy ON busy.maker_id = render.maker_id
      LEFT JOIN generation_queueshare AS share
             ON share.engine = render.engine AND share.maker_id = render.maker_id
     WHERE render.state = 'queued'
       AND render.engine = %(engine)s
       AND COALESCE(busy.renders, 0) < render.slots
       AND NOT (
           render.attempts > 0 AND render.worker = %(worker)s
           AND render.state_since > %(now)s::timestamptz - %(left_to_others)s::interval
           AND EXISTS (
               SELECT 1 FROM generation_worker
                WHERE name <> %(worker)s AND engines ? %(engine)s
                  AND seen_at > %(now)s::timestamptz - %(gone_after)s::interval
           )
       )
), found AS (
    SELECT line.*
      FROM line
      JOIN generation_render AS render ON render.id = line.id
     WHERE render.state = 'queued'
     ORDER BY line.rank, line.begins, line.created_at, line.id
     LIMIT 1
       FOR UPDATE OF render SKIP LOCKED
), charged AS (
    INSERT INTO generation_queueshare AS share (engine, maker_id, tag)
    SELECT %(engine)s, maker_id, begins + costs FROM found
     UNION ALL
    SELECT %(engine)s, NULL, (SELECT MIN(begins) FROM line) FROM found
        ON CONFLICT (engine, maker_id) DO UPDATE SET tag = GREATEST(share.tag, EXCLUDED.tag)
)
UPDATE generation_render AS render
   SET state = 'screening',
       state_since = %(now)s,
       lease_token = %(token)s,
       lease_until = %(now)s::timestamptz + %(lease)s::interval,
       attempts = attempts + 1,
       worker = %(worker)s,
       claimed_at = %(now)s,
       -- Our clock, moved on by what the statement has taken: the measure of dispatch is honest.
       started_at = COALESCE(
           started_at, %(now)s::timestamptz + (clock_timestamp() - statement_timestamp())
       ),
       progress = 0,
       seq = seq + 1
  FROM found
 WHERE render.id = found.id
RETURNING render.*
"""


def claim_next(engine: str, *, worker: str = "") -> Lease | None:
    """Take the next queued render of an engine for `worker`, or None if there is none it may take.

    Fair between people, see `policies.queueing`. Nobody has more in work than their plan has slots.
    What crashed under this worker is left to another for a while, if there is one. Each claim makes
    a new fencing token.
    """
    token = uuid.uuid4()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ONE_BY_ONE)
        rows = list(Render.objects.raw(_CLAIM, _terms(engine, worker, token)))
    if not rows:
        return None
    events.render_moved(rows[0])
    return Lease(rows[0], token)


def _terms(engine: str, worker: str, token: uuid.UUID) -> dict[str, object]:
    return {
        "engine": engine,
        "worker": worker,
        "token": token,
        "now": timezone.now(),
        "lease": timedelta(seconds=settings.GENERATION_LEASE_S),
        "gone_after": timedelta(seconds=settings.GENERATION_WORKER_GONE_AFTER_S),
        "left_to_others": queueing.LEFT_TO_OTHERS,
        "deadline_lead": queueing.DEADLINE_LEAD,
        "aged_after": queueing.AGED_AFTER,
        "priority_per_share": queueing.PRIORITY_PER_SHARE,
    }
