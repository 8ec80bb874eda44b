"""Sound of the diorama: a score goes in, a stereo track with word times and mouths comes out."""

from generation.engines.diorama.sound.playing import play

__all__ = ["play"]
