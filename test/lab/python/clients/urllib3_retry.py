"""urllib3 by itself, which tries again within the span of its first attempt."""

import urllib3

from .noting_retry import policy

packages = ["urllib3"]


def open(settings):
    pool = urllib3.PoolManager(maxsize=settings["concurrency"])
    timeout = settings["timeoutMillis"] / 1000

    def send(call, url, method):
        pool.request(
            method, url, headers={"x-call-id": call}, timeout=timeout, retries=policy(settings, call)
        )

    return send
