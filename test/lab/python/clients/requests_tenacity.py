from . import plain_requests
from .tenacious import tenacious

packages = ["tenacity", *plain_requests.packages]


def open(settings):
    return tenacious(settings, plain_requests.open(settings))
