import tenacity

import notes


def tenacious(settings, send):
    """tenacity's retries around whatever sends once."""
    delay = settings["retry"].get("delayMillis")
    wait = tenacity.wait_exponential(multiplier=0.5) if delay is None else tenacity.wait_fixed(delay / 1000)

    def send_again(call, url, method):
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(settings["retry"]["retries"] + 1),
            wait=wait,
            before_sleep=lambda _state: notes.retry(call),
            reraise=True,
        )
        retrying(send, call, url, method)

    return send_again
