"""A flatend node: listener, dialer, peer table, lookups, providers, reconnecting (chapters 05, 07, 08)."""
import asyncio
import logging
import os
import random
import signal
import sys
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import wire
from conn import LINGER, MAX_CONNECTIONS_PER_PEER, REQUEST_TIMEOUT, CallError, Connection, Lost
from services import TEST_SERVICES
from wire import PeerId, demand

MAX_CONNECTIONS = 512  # all connections together (FLT-SEC-007)
LOOKUP_PARALLELISM, LOOKUP_MAX_PEERS, MAX_DIALS_PER_ADDRESS = 3, 64, 8
DRAIN_QUIET = 0.1  # without a call before a node that stops closes (FLT-PRV-035)
RESPONSE_TIMEOUT, RECONNECT_ATTEMPTS, RECONNECT_DELAY = 30.0, 8, (0.5, 1.0)
REPLAY_LIMIT = 1 << 16  # request bytes kept to begin again with after handled 0 (FLT-PRV-005)

class RequestBody:
    """The body of a call, which can be sent again from its beginning while it is short."""
    def __init__(self, read):
        self.read, self.kept, self.whole = read, b"", True
    async def send(self, stream):
        try:
            await stream.write(self.kept)
            while chunk := await self.read():
                self.whole = self.whole and len(self.kept) + len(chunk) <= REPLAY_LIMIT
                self.kept = self.kept + chunk if self.whole else b""
                await stream.write(chunk)
            stream.end()
        except Exception as error:
            if not stream.send_ended:  # else it was refused
                stream.fail(f"the request failed: {error!r}")

class Node:
    def __init__(self, services):
        self._secret = Ed25519PrivateKey.generate()
        self.key = self._secret.public_key().public_bytes_raw()
        self.services = {name.encode(): handler for name, handler in services.items()}
        self.stopping, self.conns = False, set()
        self.refused_at = 0.0  # when a call was last refused
        self.table = {}  # PeerIds by key, last seen last
        self.own_addresses = set()  # where dialing reached this node itself
        self._kept = {}  # the tasks that reconnect to dialed peers, by key
        self._recent = set()  # addresses known from hearsay that were dialed a moment ago

    async def start(self, host, port):
        self.loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._accept, host, port, backlog=256)
        host, port = self._server.sockets[0].getsockname()[:2]
        peer = PeerId(self.key, wire.plain_ip(host), port)
        demand(not any(name.startswith(b"~") for name in self.services), "a name begins with ~", ValueError)
        names, signature = list(self.services), self._secret.sign(wire.signed(peer, self.services))
        self.handshake = wire.packet(wire.HANDSHAKE, [peer], names, signature)  # or an error (FLT-HSK-044)
        return port
    async def shutdown(self, grace):
        """Finishes what runs, for `grace` seconds at most, and closes everything (FLT-PRV-030 to 035)."""
        self.stopping = True
        self._server.close()
        idle_at = self.loop.time()
        until = idle_at + grace
        while self.conns and self.loop.time() < min(until, max(idle_at, self.refused_at) + DRAIN_QUIET):
            await asyncio.sleep(0.02)
            if any(conn.streams for conn in self.conns):
                idle_at = self.loop.time()
        for conn in list(self.conns):
            conn.close("shutdown")
        await asyncio.sleep(LINGER)
    def _accept(self, reader, writer, dialed=False, expected=None):
        if self.stopping or len(self.conns) >= MAX_CONNECTIONS or not writer.get_extra_info("peername"):
            return writer.transport.abort()
        conn = Connection(self, reader, writer, dialed, expected)
        self.conns.add(conn)
        conn.task = asyncio.create_task(conn.run())
        return conn

    def table_add(self, conn):
        """Called for each Handshake. A full bucket keeps its members (FLT-DHT-008)."""
        if conn.peer and conn.peer.port:
            self.table.pop(conn.key, None)
            buckets = [wire.bucket_index(self.key, key) for key in self.table]
            if buckets.count(wire.bucket_index(self.key, conn.key)) < wire.BUCKET_SIZE:
                self.table[conn.key] = conn.peer
    def live(self, key):
        return next((conn for conn in self.conns if key and conn.key == key), None)
    def dialed(self, key):
        return sum(conn.dialed and conn.key == key for conn in self.conns if key)

    async def dial(self, address, expected=None):
        """A connection that is open for streams. Raises an OSError, which Lost and TimeoutError are."""
        ends = await asyncio.wait_for(asyncio.open_connection(*address), REQUEST_TIMEOUT)
        conn = self._accept(*ends, True, expected)
        demand(conn, "too many connections", Lost)
        await conn.opened
        if expected and expected not in self._kept:
            self._kept[expected] = asyncio.create_task(self.keep(address, expected))
        return conn
    async def dial_peer(self, peer, source):
        """One more connection to a connected peer, or one to a peer that somebody at `source` named."""
        demand(peer and peer.port, "no address", Lost)
        address = str(wire.plain_ip(peer.ip)), peer.port
        demand(wire.may_dial(peer.ip, source) and address not in self.own_addresses, "not to be dialed", Lost)
        demand(self.dialed(peer.key) < MAX_CONNECTIONS_PER_PEER, "enough connections", Lost)
        if not self.live(peer.key):  # hearsay (FLT-DHT-054)
            demand(address not in self._recent, "dialed a moment ago", Lost)
            self._recent.add(address)
            self.loop.call_later(60 / MAX_DIALS_PER_ADDRESS, self._recent.discard, address)
        return await asyncio.shield(self.dial(address, peer.key))  # goes on without its caller
    async def keep(self, address, key=None):
        """Reconnects to a bootstrap address (no key) for ever, to a dialed peer until it gives up."""
        last, failures = key, 0
        while not self.stopping and address not in self.own_addresses and failures < RECONNECT_ATTEMPTS:
            try:
                conn = self.live(last) or await self.dial(address, key)
                last, failures = conn.key, 0
                if key is None:  # a bootstrap address: join through it
                    await self.lookup(self.key, conn)
                await asyncio.wait([conn.task])
            except OSError:
                failures += key is not None
            if not self.live(last):
                await asyncio.sleep(random.uniform(*RECONNECT_DELAY))
        self._kept.pop(key, None)

    async def lookup(self, target, first):
        """Asks `first`, and then connects to and asks ever closer peers until the closest are done with."""
        known = {conn.key: (None, None) for conn in self.conns if conn.open and conn.key}
        asked, running = {self.key, first.key}, set()
        async def ask(key, conn=None):
            try:
                conn = conn or self.live(key) or await self.dial_peer(*known[key])
                for peer in await conn.find_node(target):
                    if peer.port and peer.key not in known and peer.key not in asked:  # FLT-DHT-032
                        known[peer.key] = peer, conn.ip  # what to dial, and the address of who named it
            except OSError:
                known.pop(key, None)  # FLT-DHT-043
        await ask(first.key, first)
        while True:
            nearest = [key for key in wire.closest(known, target) if key not in asked]
            for key in nearest[:min(LOOKUP_PARALLELISM - len(running), LOOKUP_MAX_PEERS + 1 - len(asked))]:
                asked.add(key)
                running.add(asyncio.create_task(ask(key)))
            if not running:
                return
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    async def call(self, names, headers, body, timeout=RESPONSE_TIMEOUT):
        """Calls a provider of one of the names. `body` reads some of the request body, at its end b""."""
        demand(not any(label.startswith("~") for label in [*names, *headers]), "reserved: ~", ValueError)
        names = [name.encode() for name in names]
        wire.packet(wire.SERVICE_REQUEST, 0, names, headers)  # or an error (FLT-PKT-041)
        try:
            async with asyncio.timeout(timeout):
                return await self._call(names, headers, RequestBody(body))
        except TimeoutError:
            raise CallError("timeout") from None
    def providers(self, names):
        """A connection to each peer that offers one of the names, at random (FLT-PRV-004)."""
        conns = sorted(self.conns, key=lambda conn: (not conn.retired, random.random()))
        return list({conn.key or conn: conn for conn in conns if conn.offers(names)}.values())[::-1]
    async def _call(self, names, headers, body):
        asked = set()
        # Each once, and once more over a new connection: it may have retired the first (FLT-PRV-005).
        for conn in self.providers(names) * 2:
            try:
                demand(body.whole, "the request cannot be sent again", Lost)
                if conn.open and (conn.retired or conn in asked):
                    conn = await self.dial_peer(conn.peer, conn.ip)
                stream = conn.open_stream(names, headers)
            except OSError:
                continue
            asked.add(conn)
            stream.task, handled = asyncio.create_task(body.send(stream)), False
            try:
                handled = await stream.response()
            except Lost:
                raise CallError("lost") from None  # never again elsewhere: it may have run (FLT-PRV-007)
            finally:
                if not handled:
                    stream.abandon()
            if handled:
                return stream
        raise CallError("unhandled" if asked else "no-provider")

async def main(*addresses):
    node, stop = Node(TEST_SERVICES), asyncio.Event()
    listen, *bootstraps = [urlsplit("//" + address) for address in addresses]
    port = await node.start(listen.hostname, listen.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        node.loop.add_signal_handler(number, stop.set)
    print(f"listening on {listen.hostname}, port {port}", flush=True)
    _keepers = [asyncio.create_task(node.keep((address.hostname, address.port))) for address in bootstraps]
    await stop.wait()
    await node.shutdown(grace=5)

if __name__ == "__main__":
    logging.basicConfig(level=os.environ.get("FLATEND_LOG", "WARNING"))
    asyncio.run(main(*sys.argv[1:]))
