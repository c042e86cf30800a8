"""What was seen from inside the app. It never becomes part of a span: those are as a user's would be."""

import threading
import time

_lock = threading.Lock()
attempts = []
retries = {}
calls = []
transitions = []
_state = "closed"


def now():
    return time.time() * 1000


def attempt(call, span):
    context = span.get_span_context()
    if call is None:
        return
    with _lock:
        attempts.append(
            {
                "call": call,
                "traceId": f"{context.trace_id:032x}",
                "spanId": f"{context.span_id:016x}",
                "at": now(),
            }
        )


def retry(call):
    with _lock:
        retries[call] = retries.get(call, 0) + 1


def outcome(call, start, ok, rejected):
    with _lock:
        made = {"id": call, "start": start, "end": now(), "ok": ok}
        calls.append({**made, "rejected": True} if rejected else made)


def breaker(to):
    global _state
    with _lock:
        if to != _state:
            transitions.append({"at": now(), "from": _state, "to": to})
            _state = to
