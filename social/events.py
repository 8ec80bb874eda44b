"""What is told about clips: one log line each."""

from __future__ import annotations

import structlog

from social.models import Clip, Comment

log = structlog.get_logger(__name__)


def clip_published(clip: Clip) -> None:
    """Tell that a clip is out."""
    log.info(
        "clip.published",
        clip_id=str(clip.pk),
        render_id=str(clip.render_id),
        audience=clip.audience,
        depth=len(clip.ancestor_ids),
    )


def clip_moved(clip: Clip) -> None:
    """Tell that a clip was hidden, shown again or removed."""
    log.info("clip.moved", clip_id=str(clip.pk), state=clip.state)


def comment_posted(comment: Comment) -> None:
    """Tell that somebody said something."""
    log.info("comment.posted", comment_id=str(comment.pk), clip_id=str(comment.clip_id))


def counts_corrected(number: int) -> None:
    """Tell how many clips showed a wrong number of remixes until now."""
    log.info("clip.counts_corrected", number=number)
