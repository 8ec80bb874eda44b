"""What people do with clips, by topic. The verbs can be called from here."""

from social.actions.counting import recount
from social.actions.publishing import (
    delete_clip,
    edit_clip,
    hide_clip,
    publish_clip,
    unhide_clip,
)
from social.actions.remixing import quote_remix, remake, remix_clip, reroll
from social.actions.talking import comment, delete_comment, like, unlike

__all__ = [
    "comment",
    "delete_clip",
    "delete_comment",
    "edit_clip",
    "hide_clip",
    "like",
    "publish_clip",
    "quote_remix",
    "recount",
    "remake",
    "remix_clip",
    "reroll",
    "unhide_clip",
    "unlike",
]
