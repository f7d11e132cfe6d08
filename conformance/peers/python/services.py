"""The test services of appendix B."""
import asyncio
import hashlib
import re
from functools import partial

from conn import CallError
from wire import demand

PATTERN = bytes(range(251)) * 2048  # of full Data packets; repeated as often as needed

def number(stream, key, most, default=""):
    text = stream.headers.get(key, default)
    demand(re.fullmatch("0|[1-9][0-9]{0,9}", text) and int(text) <= most, key, ValueError)
    return int(text)
async def echo(node, stream):
    await stream.respond({})
    while chunk := await stream.read():
        await stream.write(chunk)
async def sink(node, stream):
    digest, size = hashlib.sha256(), 0
    while chunk := await stream.read():
        digest.update(chunk)
        size += len(chunk)
    await stream.respond({"content-type": "application/json"})
    await stream.write(b'{"bytes":%d,"sha256":"%s"}' % (size, digest.hexdigest().encode()))
async def source(node, stream, key="bytes"):
    size = number(stream, key, 1 << 30)
    await stream.respond({})
    for at in range(0, size, len(PATTERN)):
        await stream.write(PATTERN[: size - at])
async def empty(node, stream):
    await stream.respond({})
async def headers(node, stream):
    await stream.respond(stream.headers)
async def error(node, stream):
    message = stream.headers.get("message", "boom")
    demand(re.fullmatch(r"[ !#-\[\]-~]*", message), "message", ValueError)
    if "after" in stream.headers:
        await source(node, stream, "after")
    raise RuntimeError(message)
async def slow(node, stream):
    delay, interval = (number(stream, key, 10_000, "0") / 1000 for key in ("delay", "interval"))
    count = number(stream, "count", 10_000, "1")
    await asyncio.sleep(delay)
    await stream.respond({})
    for _ in range(count):
        await asyncio.sleep(interval)
        await stream.write(b".")
async def call(node, stream):
    names = stream.headers.get("services", "").split(",")
    demand(all(0 < len(name.encode()) < 256 for name in names), "services", ValueError)
    offered = [name for name in names if not name.startswith("~")]  # nobody offers the others
    extra = {key: value for key, value in stream.headers.items() if key.startswith("x-")}
    try:
        inner = await node.call(offered, extra, stream.read, number(stream, "timeout", 30_000, "5000") / 1000)
    except CallError as failure:
        return await stream.respond({"call-error": str(failure)})
    try:
        await stream.respond(inner.headers)
        while chunk := await inner.read():
            await stream.write(chunk)
        stream.end()
        await inner.task  # the callee may be done while the request body still runs
    finally:
        inner.abandon()
async def shutdown(node, stream):
    grace = number(stream, "within", 10_000, "5000") / 1000
    demand(grace > 0, "within", ValueError)
    node.ending = asyncio.create_task(node.shutdown(grace))
    await asyncio.sleep(0)  # it has begun
    await stream.respond({})
async def run(service, node, stream):
    try:
        await service(node, stream)
    except ValueError:  # headers are missing or wrong (FLT-TST-001)
        await stream.respond({"error": "bad-request"})

TEST_SERVICES = {f.__name__: partial(run, f) for f in (echo, sink, source, empty, headers, error, slow, call, shutdown)}
