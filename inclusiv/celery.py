"""The Celery application: broker and schedule come from Django's settings."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusiv.settings.local")

app = Celery("inclusiv", task_cls="inclusiv.core.doors:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def ring_at_start(**_beat: object) -> None:
    """Ring once when beat starts: readiness does not wait for the first half minute."""
    app.send_task("inclusiv.records.tasks.note_heartbeat")
