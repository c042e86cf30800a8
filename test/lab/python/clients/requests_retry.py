"""requests, with the retries of urllib3 below it: one span for all attempts."""

import requests
from requests.adapters import HTTPAdapter

from .noting_retry import policy

packages = ["requests", "urllib3"]


def open(settings):
    timeout = settings["timeoutMillis"] / 1000

    def send(call, url, method):
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=policy(settings, call)))
            session.request(method, url, headers={"x-call-id": call}, timeout=timeout).raise_for_status()

    return send
