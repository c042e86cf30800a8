import asyncio
import contextlib
import enum
import functools
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor


def audited(function):
    @functools.wraps(function)
    def audit(request):
        return function(request)

    return audit


@audited
def purge(request):
    entry = {"account": request["CUSTOMER"]}

    return entry["expires"]


@audited
def rotate(request):
    entry = {"account": request["CUSTOMER"]}

    return entry["generation"]


def chunks_of(request):
    return list(chunks(int(request["COUNT"])))


def chunks(count):
    for left in range(count, -1, -1):
        yield 100 // left


async def mirror_all(request):
    await asyncio.gather(mirror(request["HOST"]), asyncio.sleep(0))


async def mirror(host):
    await asyncio.sleep(0)
    raise ConnectionError(f"mirror {host} is read-only")


async def wait_for_mirror(request):
    await asyncio.wait_for(asyncio.sleep(5), 0.01)


def scan(request):
    rows = [request["FILE"], request["NAME"]]

    with ThreadPoolExecutor(1) as pool:
        return list(pool.map(checksum, rows))


def checksum(name):
    return int(name, 16)


class Snapshot:
    def __init__(self, blocks):
        self.blocks = blocks

    @property
    def size(self):
        return sum(block.size for block in self.blocks)


def size_of(request):
    found = Snapshot([request["ORDER"]])

    return found.size


class Level(enum.Enum):
    FULL = "full"


def level_of(request):
    text = request["NAME"]

    return Level(text)


def decode_name(request):
    text = request["NAME"].encode() + b"\xff"

    return text.decode()


@contextlib.contextmanager
def session(request):
    try:
        yield request["HOST"]
    except LookupError as error:
        raise RuntimeError(f"session {request['UUID']} was lost") from error


def with_session(request):
    with session(request) as host:
        return {}[host]


def compress(request):
    subprocess.run(["test", "-f", request["FILE"]], check=True)


def ping(request):
    with socket.socket() as server, socket.socket() as client:
        server.bind((request["HOST"], 0))
        server.listen()
        client.settimeout(0.01)
        client.connect(server.getsockname())
        client.recv(1)
