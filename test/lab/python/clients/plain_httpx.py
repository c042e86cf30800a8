"""httpx, which has no retries of its own."""

import httpx

packages = ["httpx"]


def open(settings):
    timeout = settings["timeoutMillis"] / 1000
    kept = settings["connection"] != "cold"
    client = httpx.Client(timeout=timeout)

    def send(call, url, method):
        headers = {"x-call-id": call}
        if kept:
            client.request(method, url, headers=headers).raise_for_status()
        else:
            httpx.request(method, url, headers=headers, timeout=timeout).raise_for_status()

    return send
