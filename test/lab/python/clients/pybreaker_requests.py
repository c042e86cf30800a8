"""Opens after failures in a row, as Tocsin's shadow breakers do."""

import pybreaker

import notes

from . import Rejected, plain_requests

packages = ["pybreaker", *plain_requests.packages]


class Listener(pybreaker.CircuitBreakerListener):
    def state_change(self, cb, old_state, new_state):
        notes.breaker(new_state.name.replace("-", "_"))


def open(settings):
    send = plain_requests.open(settings)
    breaker = pybreaker.CircuitBreaker(
        fail_max=settings["breaker"]["consecutiveFailures"],
        reset_timeout=settings["breaker"]["openMillis"] / 1000,
        listeners=[Listener()],
    )
    reached = object()

    def send_through(call, url, method):
        entered = []

        def guarded():
            entered.append(reached)
            send(call, url, method)

        try:
            breaker.call(guarded)
        except pybreaker.CircuitBreakerError as error:
            # The call with which it opens fails with the same error, but was made.
            if not entered:
                raise Rejected() from error
            raise

    return send_through
