"""The order of a queue, as `actions.claiming` takes it and `queries` foresees it."""

from __future__ import annotations

from datetime import timedelta

# What a plan's priority is worth: Pro's 10 doubles the share of Free's 0.
PRIORITY_PER_SHARE = 10.0
# A final that has waited this long goes beside previews.
AGED_AFTER = timedelta(minutes=10)
# An off-peak render this close to its deadline is queued like any other.
DEADLINE_LEAD = timedelta(minutes=15)
# What crashed under one worker is left to the others for so long.
LEFT_TO_OTHERS = timedelta(seconds=20)
