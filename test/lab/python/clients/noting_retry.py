from urllib3.util import Retry

import notes


class NotingRetry(Retry):
    """urllib3 asks its policy for the next one each time that it tries again, and gets an error if there is none."""

    def __init__(self, *args, call=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.call = call

    def new(self, **kwargs):
        made = super().new(**kwargs)
        made.call = self.call
        return made

    def increment(self, *args, **kwargs):
        following = super().increment(*args, **kwargs)
        notes.retry(self.call)
        return following


def policy(settings, call):
    delay = settings["retry"].get("delayMillis")
    return NotingRetry(
        total=settings["retry"]["retries"],
        status_forcelist=[429, 500, 502, 503, 504],
        allowed_methods=None,
        backoff_factor=0.5 if delay is None else delay / 1000,
        call=call,
    )
