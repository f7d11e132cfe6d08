"""A flatend node: listener, dialer, peer table, lookups, choice of provider, reconnecting (chapters 05, 07, 08)."""
import asyncio
import collections
import logging
import os
import random
import signal
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import wire
from conn import LINGER, MAX_CONNECTIONS_PER_PEER, RESPONSE_TIMEOUT, CallError, Connection, Lost
from services import TEST_SERVICES
from wire import BUCKET_SIZE, PeerId, demand

MAX_CONNECTIONS = 512  # all connections together (FLT-SEC-007)
CONNECT_TIMEOUT = 5.0
LOOKUP_PARALLELISM, LOOKUP_MAX_PEERS, MAX_DIALS_PER_ADDRESS = 3, 64, 8
RECONNECT_ATTEMPTS, RECONNECT_DELAY = 8, (0.5, 1.0)
REPLAY_LIMIT = 1 << 16  # request bytes kept to begin again with after handled 0 (FLT-PRV-005)

def distance(a, b):
    return int.from_bytes(a) ^ int.from_bytes(b)
def bucket_index(a, b):
    return 256 - distance(a, b).bit_length()
def closest(peers, target):
    others = [peer for peer in peers if peer.key != target]
    return sorted(others, key=lambda peer: distance(peer.key, target))[:BUCKET_SIZE]

class Replay:
    """A request body that can be sent again from its beginning while it is short."""
    def __init__(self, read):
        self._read, self._kept, self._ended, self.whole = read, b"", False, True
    async def send(self, stream):
        try:
            await stream.write(self._kept)
            while not self._ended:
                chunk = await self._read()
                self._ended = not chunk
                self.whole = self.whole and len(self._kept) + len(chunk) <= REPLAY_LIMIT
                self._kept = self._kept + chunk if self.whole else b""
                await stream.write(chunk)
            stream.end()
        except Exception:
            if not stream.send_ended and not stream.conn.closed:  # else refused or lost: not a failure of this body
                stream.break_off()

class Node:
    def __init__(self, services):
        self._secret = Ed25519PrivateKey.generate()
        self.key = self._secret.public_key().public_bytes_raw()
        self.services = {name.encode(): handler for name, handler in services.items()}
        self.stopping, self.conns, self._tasks = False, set(), set()
        self.own_addresses = set()  # where dialing reached this node itself
        self._buckets = collections.defaultdict(list)  # of PeerIds, last seen first
        self._kept = set()  # keys of dialed peers that are reconnected to
        self._dials = {}  # times of the dials of the last minute, by address known from hearsay

    # --- life ---
    async def start(self, host, port):
        self._server = await asyncio.start_server(self._accept, host, port, backlog=256)
        host, port = self._server.sockets[0].getsockname()[:2]
        peer = PeerId(self.key, wire.plain_ip(host), port)
        self.handshake = wire.write_handshake(self._secret, peer, list(self.services))  # or an error (FLT-HSK-044)
        self.spawn(self._tick())
        return port
    def bootstrap(self, address):
        self.spawn(self._keep(address))
    async def shutdown(self, grace):
        """Finishes what runs, for `grace` seconds at most, and closes everything (FLT-PRV-030 to FLT-PRV-034)."""
        self.stopping = True
        self._server.close()
        until = asyncio.get_running_loop().time() + grace
        while any(conn.streams for conn in self.conns) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)
        for conn in list(self.conns):
            conn.close("shutdown")
        await asyncio.sleep(LINGER)
        for task in self._tasks:
            task.cancel()
    def spawn(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)
        return task
    async def _tick(self):
        while True:
            await asyncio.sleep(0.25)
            for conn in list(self.conns):
                conn.tick(asyncio.get_running_loop().time())
    def _accept(self, *ends, dialed=False, expected=None):
        if self.stopping or len(self.conns) >= MAX_CONNECTIONS or not ends[1].get_extra_info("peername"):
            return ends[1].transport.abort()
        conn = Connection(self, *ends, dialed, expected)
        self.conns.add(conn)
        self.spawn(conn.run())
        return conn
    def handler_for(self, names):
        return None if self.stopping else next((self.services[n] for n in names if n in self.services), None)

    # --- peer table ---
    def table_add(self, conn):
        if conn.peer and conn.peer.port:
            bucket = self._buckets[bucket_index(self.key, conn.peer.key)]
            others = [peer for peer in bucket if peer.key != conn.peer.key]
            if len(others) < BUCKET_SIZE:  # a full bucket keeps its members (FLT-DHT-008)
                bucket[:] = [conn.peer, *others]
    def forget(self, conn):
        self.conns.discard(conn)
        if conn.key and not self.live(conn.key):
            bucket = self._buckets[bucket_index(self.key, conn.key)]
            bucket[:] = [peer for peer in bucket if peer.key != conn.key]
            for other in self.conns:  # a newcomer that found its bucket full may have room now
                if other.key and other.key not in [p.key for p in self._buckets[bucket_index(self.key, other.key)]]:
                    self.table_add(other)
    def closest(self, target):
        return closest([peer for bucket in self._buckets.values() for peer in bucket], target)
    def live(self, key):
        return next((conn for conn in self.conns if key and conn.key == key), None)
    def dialed(self, key):
        return sum(conn.dialed and conn.key == key for conn in self.conns if key)

    # --- dialing ---
    async def dial(self, address, expected=None):
        """A connection that is open for streams. Raises OSError, which Lost and TimeoutError are."""
        async with asyncio.timeout(CONNECT_TIMEOUT):
            ends = await asyncio.open_connection(*address)
        conn = self._accept(*ends, dialed=True, expected=expected)
        demand(conn and await conn.opened, "no connection", Lost)
        if expected and expected not in self._kept:
            self._kept.add(expected)
            self.spawn(self._keep(address, expected, conn))
        return conn
    async def dial_peer(self, peer, source, hearsay):
        address = str(wire.plain_ip(peer.ip)), peer.port
        demand(peer.port and wire.may_dial(peer.ip, source) and address not in self.own_addresses
               and self.dialed(peer.key) < MAX_CONNECTIONS_PER_PEER and (not hearsay or self._may_try(address)),
               "not to be dialed", Lost)
        return await asyncio.shield(self.spawn(self.dial(address, peer.key)))  # goes on when the caller gives up
    def _may_try(self, address):
        """FLT-DHT-054, and the record it needs does not outgrow a minute."""
        now = asyncio.get_running_loop().time()
        self._dials = {a: recent for a, times in self._dials.items() if (recent := [t for t in times if now - t < 60])}
        self._dials.setdefault(address, []).append(now)
        return len(self._dials[address]) <= MAX_DIALS_PER_ADDRESS
    async def _keep(self, address, key=None, conn=None):
        """Keeps a connection to a bootstrap address (no key: for ever) or to a dialed peer (until it gives up)."""
        last, failures = key, 0
        while not self.stopping and address not in self.own_addresses and failures < RECONNECT_ATTEMPTS:
            try:
                conn = conn or self.live(last) or await self.dial(address, key)
                last, failures = conn.key, 0
                if key is None:  # a bootstrap address: join through it
                    await self.lookup(self.key, [(peer, conn.ip) for peer in await conn.find_node(self.key)])
                while conn:
                    await conn.done.wait()
                    conn = self.live(last)
            except OSError:
                failures += key is not None
            conn = None
            await asyncio.sleep(random.uniform(*RECONNECT_DELAY))
        self._kept.discard(key)

    # --- lookups ---
    async def lookup(self, target, found):
        """Connects to ever closer peers and asks them, until the closest known have answered or failed.
        `found` are pairs of a peer and the address of the peer that named it."""
        known = {conn.key: conn for conn in self.conns if conn.open and conn.key}
        seen, asked, running = {self.key, *known}, set(), {}
        while True:
            known |= {peer.key: (peer, by) for peer, by in found if peer.port and peer.key not in seen}  # FLT-DHT-032
            seen |= known.keys()
            nearest = sorted(known, key=lambda key: distance(key, target))[:BUCKET_SIZE]
            room = min(LOOKUP_PARALLELISM - len(running), LOOKUP_MAX_PEERS - len(asked))
            for key in [key for key in nearest if key not in asked][:room]:
                asked.add(key)
                running[self.spawn(self._ask(known[key], target))] = key
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            answers = {running.pop(task): None if task.exception() else task.result() for task in done}
            known = {key: known[key] for key in known if answers.get(key, ()) is not None}  # FLT-DHT-043
            found = [heard for answer in answers.values() for heard in answer or ()]
    async def _ask(self, known, target):
        if isinstance(known, tuple):  # hearsay; a connection that was lost meanwhile is not opened anew (FLT-PRV-021)
            peer, by = known
            known = next((conn for conn in self.conns if conn.key == peer.key and conn.open), None)
            known = known or await self.dial_peer(peer, by, hearsay=True)
        return [(peer, known.ip) for peer in await known.find_node(target)]

    # --- calls ---
    async def call(self, names, headers, body, timeout=RESPONSE_TIMEOUT):
        """Calls the first provider that handles one of the names; `body` yields the request body and then b""."""
        wire.service_request(0, names, headers)  # raises ValueError for what cannot be sent (FLT-PKT-041)
        demand(not any(key.startswith("~") for key in headers), "a header key begins with ~", ValueError)  # FLT-HDR-030
        demand(not any(name.startswith(b"~") for name in names), "a name begins with ~", ValueError)  # FLT-PRV-003
        try:
            async with asyncio.timeout(timeout):
                return await self._call(names, headers, Replay(body))
        except TimeoutError:
            raise CallError("timeout") from None
    def _providers(self, names):
        """Public keys (for anonymous peers: connections) that offer one of the names, at random (FLT-PRV-004)."""
        offering = {conn.key or conn for conn in self.conns if conn.open and conn.offers(names)}
        return random.sample(list(offering), len(offering))
    async def _call(self, names, headers, body):
        used = set()
        # Each provider once, then a second time over another connection: it may have retired the first (FLT-PRV-005).
        for provider in self._providers(names) * 2:
            conns = [conn for conn in self.conns if conn.open and provider in (conn.key, conn)]
            fresh = [conn for conn in conns if conn.offers(names) and not conn.retired and conn not in used]
            keyed = [conn for conn in conns if conn.peer]
            if not fresh and not keyed:
                continue
            try:
                conn = fresh[0] if fresh else await self.dial_peer(keyed[0].peer, keyed[0].ip, hearsay=False)
                await conn.room()
                stream = conn.open_stream(names, headers)
            except OSError:
                continue
            used.add(conn)
            stream.sending = self.spawn(body.send(stream))
            try:
                if await stream.response():
                    body.whole = False  # nothing needs to be kept any longer
                    return stream
            except Lost:
                raise CallError("lost") from None  # never again elsewhere: it may have run (FLT-PRV-007)
            except asyncio.CancelledError:
                stream.abandon()
                raise
            finally:
                stream.handled or stream.sending.cancel()
            if not body.whole:
                break
        raise CallError("unhandled" if used else "no-provider")

async def main(*addresses):
    node, stop = Node(TEST_SERVICES), asyncio.Event()
    listen, *bootstraps = [(host.strip("[]"), int(port)) for host, _, port in (a.rpartition(":") for a in addresses)]
    port = await node.start(*listen)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"listening on {addresses[0].rpartition(':')[0]}:{port}", flush=True)
    for address in bootstraps:
        node.bootstrap(address)
    await stop.wait()
    await node.shutdown(grace=5)

if __name__ == "__main__":
    logging.basicConfig(level=os.environ.get("FLATEND_LOG", "WARNING"))
    asyncio.run(main(*sys.argv[1:]))
