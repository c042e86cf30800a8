import asyncio

import requests


def register(request):
    url = f"http://{request['HOST']}:{request['PORT']}/accounts/{request['CUSTOMER']}"

    reply = requests.put(url, json={"email": request["EMAIL"]}, timeout=2)
    return reply.json()


def fetch_quota(request):
    url = f"http://{request['HOST']}:{request['UPSTREAM_PORT']}/503/quota/{request['CUSTOMER']}"

    reply = requests.get(url, timeout=2)
    reply.raise_for_status()


def upload(request):
    url = f"http://{request['HOST']}:{request['UPSTREAM_PORT']}/slow/{request['UUID']}"

    reply = requests.post(url, data=request["BODY"], timeout=0.05)
    return reply.headers["etag"]


async def stream_chunks(request):
    rows = [send_chunk(request, number) for number in range(2)]

    await asyncio.gather(*rows)


async def send_chunk(request, number):
    await asyncio.sleep(0)
    raise ConnectionResetError(f"chunk {number} of {request['UUID']} was cut by {request['HOST']}")


def slow_query(request):
    raise TimeoutError(f"query of snapshot {request['UUID']} took longer than {request['COUNT']}s")


def slow_upload(request):
    raise TimeoutError(f"upload of snapshot {request['UUID']} took longer than {request['COUNT']}s")
