import json


class QuotaExceeded(Exception):
    def __init__(self, account, wanted):
        super().__init__(f"account {account} has no space left for {wanted} MB")


TARGETS = {"local": None}


def describe_target(request):
    found = TARGETS.get("local")

    return found.email + request["HOST"]


def region_of(request):
    entry = {"name": request["NAME"]}

    return entry["region"]


def bucket_of(request):
    entry = {"region": request["HOST"]}

    return "/".join([entry["region"], entry["bucket"]])


def read_schedule(request):
    text = "every day at " + request["ORDER"]

    return json.loads(text)["cron"]


def size_limit(request):
    text = request["NAME"]

    return int(text) * 1024


def reserve_space(request):
    basket = sum([int(request["COUNT"]), int(request["ORDER"])])

    if basket > 10:
        raise QuotaExceeded(request["CUSTOMER"], request["AMOUNT"])


def apply_retention(request):
    """One line that fails for several reasons."""
    rows = {"order": request["ORDER"], "reason": request["REASON"]}

    raise ValueError("retention of %s not applied: %s" % (rows["order"], rows["reason"]))
