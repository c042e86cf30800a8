import contextvars
import importlib
import importlib.metadata
import json
import platform
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import telemetry

telemetry.start()

from opentelemetry import trace  # noqa: E402
from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: E402

import notes  # noqa: E402
from clients import Rejected  # noqa: E402

plan = json.load(sys.stdin)
client = importlib.import_module(f"clients.{plan['client'].replace('-', '_')}")
send = client.open(plan)
tracer = trace.get_tracer("shop")


def send_within(call):
    """In the span of the request for which it is made, if there is one for each call."""
    url = plan["places"][call["to"]] + call["path"]
    if plan["parent"] != "own":
        send(call["id"], url, call["method"])
        return
    with tracer.start_as_current_span(
        "GET /checkout", kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            send(call["id"], url, call["method"])
        except Exception:
            span.set_status(Status(StatusCode.ERROR))
            raise


def make(call):
    start = notes.now()
    ok, rejected = True, False
    try:
        send_within(call)
    except Rejected:
        ok, rejected = False, True
    except Exception:
        ok = False
    notes.outcome(call["id"], start, ok, rejected)


def pause():
    if plan["everyMillis"] > 0:
        time.sleep(plan["everyMillis"] / 1000)


def by_workers():
    left = list(plan["calls"])
    lock = threading.Lock()

    def worker():
        while True:
            with lock:
                if not left:
                    return
                call = left.pop(0)
            make(call)
            pause()

    # Threads begin without the span that is current here, unless they are given it.
    contexts = [contextvars.copy_context() for _ in range(plan["concurrency"])]
    with ThreadPoolExecutor(plan["concurrency"]) as pool:
        for made in [pool.submit(context.run, worker) for context in contexts]:
            made.result()


def paced():
    with ThreadPoolExecutor(20) as pool:
        made = []
        for call in plan["calls"]:
            made.append(pool.submit(make, call))
            pause()
        for each in made:
            each.result()


run = paced if plan["shape"] == "paced" else by_workers
print('{"begun":true}', flush=True)
if plan["parent"] == "shared":
    with tracer.start_as_current_span("nightly import"):
        run()
else:
    run()
time.sleep(plan["lingerMillis"] / 1000)
telemetry.flush()
versions = {name: importlib.metadata.version(name) for name in client.packages}
print(
    json.dumps(
        {
            "versions": {"python": platform.python_version(), **versions},
            "attempts": notes.attempts,
            "retries": notes.retries,
            "calls": notes.calls,
            "transitions": notes.transitions,
        }
    )
)
