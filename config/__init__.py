"""Wiring. Whoever reads a setting has the Celery application: any process can queue work."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
