import time, uuid, logging
from celery.contrib.testing.worker import start_worker
from config.celery import app
from tests.core.test_logs import noted, bound_contextvars, written
def test_z(written):
    q="zz"+uuid.uuid4().hex
    noted.apply_async(queue=q)
    print(logging.getLogger().handlers, logging.getLogger().level)
    with start_worker(app, queues=[q], pool="solo", perform_ping_check=False, loglevel="info") as w:
        print(logging.getLogger().handlers, logging.getLogger().level)
        time.sleep(2)
        print(w.stats()["total"])
        print("WRITTEN", written())
