import json

CACHE = {}


def cached_snapshot(request):
    return lookup(int(request["ORDER"]))


def lookup(number):
    found = CACHE[number]

    return found["files"]


def newest_snapshot(request):
    rows = [name for name in CACHE if name == request["UUID"]]

    return rows[-1]


def read_manifest(request):
    found = json.loads(request["BODY"])

    return found["files"]["count"]


def folder_size(request):
    return size_of("root", {"root": ["root"]})


def size_of(folder, tree):
    rows = tree[folder]

    return sum(size_of(child, tree) for child in rows)


def compression_ratio(request):
    price = float(request["AMOUNT"])

    return price / len(CACHE)


def sorted_snapshots(request):
    rows = [{"size": 3}, {"size": None}, {"size": int(request["COUNT"])}]

    return sorted(rows, key=lambda row: row["size"] + 1)
