from . import plain_httpx
from .tenacious import tenacious

packages = ["tenacity", *plain_httpx.packages]


def open(settings):
    return tenacious(settings, plain_httpx.open(settings))
