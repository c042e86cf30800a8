"""Each has `packages`, whose versions are noted, and `open(settings)`, which returns what sends a call (id, url, method)
until it succeeds or the library gives up. A module is loaded only where it is used."""


class Rejected(Exception):
    """An open breaker let the call not through."""


class BadStatus(Exception):
    """An answer that the app counts as a failure."""
