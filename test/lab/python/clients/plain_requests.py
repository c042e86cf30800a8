"""requests, without retries."""

import requests

packages = ["requests"]


def open(settings):
    timeout = settings["timeoutMillis"] / 1000
    kept = settings["connection"] != "cold"
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=settings["concurrency"]))

    def send(call, url, method):
        request = session.request if kept else requests.request
        request(method, url, headers={"x-call-id": call}, timeout=timeout).raise_for_status()

    return send
