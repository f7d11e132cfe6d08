"""One connection: key exchange, messages, Handshake (chapters 02, 03, 05) and the streams on it (chapter 06)."""
import asyncio
import json
import logging

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import wire
from wire import Fault, Handshake, Reader, demand

log = logging.getLogger("flatend")
REQUEST_TIMEOUT = 5.0  # for the key exchange and the Handshake as well
STALL_TIMEOUT, RESPONSE_TIMEOUT, RETIRE_TIMEOUT = 30.0, 30.0, 10.0
LINGER = 0.5  # for queued bytes to leave when a connection closes; below CLOSE_TIMEOUT_MS
MAX_CONNECTIONS_PER_PEER, STREAM_NUMBER_BASE, MAX_STREAMS = 4, 1 << 31, 1024
MAX_UNFINISHED = 8192  # streams of a connection, refused ones included (FLT-ERR-005)
# Body bytes that users have not taken: what a connection may hold in any case; at most; all connections together.
RECEIVE_BUFFER_LENGTH, MAX_HELD, MAX_HELD_IN_ALL = 1 << 20, 1 << 26, 1 << 30
WRITE_LIMIT = 1 << 16  # bodies wait while more than this is unsent; above it, drain() of asyncio waits
REPLY_LIMIT = 1 << 18  # beyond WRITE_LIMIT only replies add to what is unsent; at this, reading stops (FLT-SES-046)

class Lost(ConnectionError):
    """The connection closed, or the stream failed, before the stream was finished."""

class BadRequest(Exception):
    """A test service's way to refuse its headers (FLT-TST-001)."""

class CallError(Exception):
    """A call that got no response with handled 1; `kind` is no-provider, unhandled, lost or timeout."""
    kind = property(str)

class Stream:
    """One service call, for the side that opened it (`mine`) or the side that serves it."""
    def __init__(self, conn, number, mine, headers):
        self.conn, self.number, self.mine = conn, number, mine
        self.headers = headers  # of the request for a responder; of the response, once it came, for a requester
        self.handled = None  # or a bool, once the ServiceResponse was sent (responder) or read (requester)
        self.send_ended = self.recv_ended = self.failed = self.discarding = False
        self.error = self.sending = None  # `sending` is the task that sends the request body of a call
        self.buffer, self.recv_at, self._changed = bytearray(), conn.loop.time(), asyncio.Event()
    async def read(self) -> bytes:
        """Some bytes of the body, b"" at its complete end; raises Lost for any other end. Safe to cancel."""
        await self._until(lambda: self.buffer or self.recv_ended)
        return self._take()
    async def response(self) -> bool:
        await self._until(lambda: self.handled is not None)
        return self.handled
    async def respond(self, headers):
        packet = wire.service_response(self.number, True, headers)
        self.handled = True
        await self._send(packet)
    async def write(self, chunk):
        if not self.mine and not self.handled:
            await self.respond({})
        for at in range(0, len(chunk), wire.MAX_DATA_LENGTH):
            await self._send(wire.data(self.number, chunk[at : at + wire.MAX_DATA_LENGTH]))
    def end(self):
        """Ends the half that is sent: only when it was sent whole (FLT-STR-050) or was refused (FLT-STR-015)."""
        if not self.send_ended and not self.failed:
            self.send_ended = True
            self.conn.send(wire.data(self.number, b""))
            self.conn.finish(self)
    def break_off(self):
        """A half of the stream cannot be completed (FLT-STR-051)."""
        self.failed = True
        self.discard()
        self.changed(Lost("the stream was broken off"))
        self.conn.retire()
    def abandon(self):
        """The user wants no more of a call (FLT-STR-051, FLT-STR-057, FLT-STR-058)."""
        self.discard()
        if not self.send_ended:
            self.break_off()
        elif not self.recv_ended:
            self.conn.loop.call_later(RETIRE_TIMEOUT, lambda: self.recv_ended or self.break_off())
    def discard(self):
        self.discarding = True
        self._take()
    def receive(self, chunk):
        if not self.discarding:
            self.buffer += chunk
            self.conn.held += len(chunk)
        self.recv_ended = not chunk
        self.changed()
    def receive_response(self, handled, headers):
        self.handled, self.headers, self.recv_ended = handled, headers, not handled  # FLT-STR-043
        if not handled:
            self.end()  # at once, so that no further body byte can leave (FLT-STR-015)
        self.changed()
    def changed(self, error=None):
        self.error, self.recv_at = self.error or error, self.conn.loop.time()
        self._changed.set()
        self.conn.finish(self)
    def _take(self):
        chunk = bytes(self.buffer)
        self.buffer.clear()
        self.conn.held -= len(chunk)
        return chunk
    async def _until(self, ready):
        while not ready():
            if self.error:
                raise self.error
            self._changed.clear()
            await self._changed.wait()
    async def _send(self, packet):
        await self.conn.room()
        demand(not self.error and not self.send_ended, self.error or "the half has ended", Lost)
        if self.mine and self.handled is None:  # the wait for a response begins anew with each byte of the request
            self.recv_at = self.conn.loop.time()
        self.conn.send(packet)

def numbers(first, taken):
    """Every second number from `first` on, and over again, but those that are taken."""
    while True:
        yield from (number for number in range(first, 1 << 32, 2) if number not in taken)

class Connection:
    def __init__(self, node, reader, writer, dialed, expected=None):
        self.node, self.reader, self.writer, self.dialed, self.expected = node, reader, writer, dialed, expected
        self.loop = asyncio.get_running_loop()
        self.ip = wire.plain_ip(writer.get_extra_info("peername")[0])
        self.peer = self.key = None  # of the latest Handshake; None also for an anonymous peer
        self.services, self.named = frozenset(), False  # named: a valid Handshake came, in either direction
        self.open = self.retired = self.closed = False  # open: the handshake is done, streams may be opened
        self.opened, self.done = self.loop.create_future(), asyncio.Event()
        self.streams, self.served, self.held = {}, 0, 0  # served: of the peer's; held: body bytes not taken
        self._session, self._pending = None, {}  # pending: how to read the reply, and its future, by number
        self._seqs = numbers(1 if dialed else 2, self._pending)
        self._numbers = numbers(STREAM_NUMBER_BASE + dialed, self.streams)  # that neither side uses (FLT-STR-001)
        self._queued = self._sent = 0
        self._sent_at = self._read_at = self.loop.time()  # last time that bytes left; that reading was stopped
        self._turn = asyncio.Lock()

    # --- session ---
    async def run(self):
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                await self._exchange_keys()
            self.loop.call_later(REQUEST_TIMEOUT, lambda: self.open or self.close("no Handshake in time"))
            if self.dialed:
                self._request(wire.HANDSHAKE, self.node.handshake, lambda body: self._greet(Reader(body), True))
            while not self.closed:
                for _ in range(16):  # then others get a turn, however many frames wait in the buffer
                    await self._may_read()
                    plaintext = await self._session.receive(self.reader)
                    if not self.closed:
                        self._message(plaintext)
                await asyncio.sleep(0)
        except (Fault, asyncio.IncompleteReadError, OSError) as error:  # TimeoutError is an OSError
            self.close(repr(error))
        except Exception:  # a slip of this program must not cost more than the connection (FLT-ERR-002)
            log.exception("internal error")
            self.close("internal error")
    async def _exchange_keys(self):
        private = X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        if self.dialed:
            self.writer.write(public)
        peer = await self.reader.readexactly(32)
        demand(not self.dialed or peer != public, "the own key came back")  # FLT-SES-009
        self._session = wire.Session(private, peer)
        if not self.dialed:
            self.writer.write(public)
    async def _may_read(self):
        """Stops reading while users leave too much unread (FLT-STR-072) or replies cannot leave (FLT-SES-046)."""
        while not self.closed and (self._unsent() > REPLY_LIMIT or self.held > RECEIVE_BUFFER_LENGTH and (
                self.held > MAX_HELD or sum(conn.held for conn in self.node.conns) > MAX_HELD_IN_ALL)):
            await asyncio.sleep(0.01)
            self._read_at = self.loop.time()
    def _unsent(self):
        return self.writer.transport.get_write_buffer_size()
    async def room(self):
        """Waits until a body may add to what is unsent; those who wait take turns (FLT-STR-027)."""
        async with self._turn:
            while not self.closed and self._unsent() > WRITE_LIMIT:
                await self.writer.drain()
    def send(self, body, seq=0):
        if not self.closed and not self.writer.transport.is_closing():
            frame = self._session.seal(seq.to_bytes(4) + body)
            self._queued += len(frame)
            self.writer.write(frame)
    def close(self, reason):
        if self.closed:
            return
        log.info("connection with %s closed: %s", self.ip, reason)
        self.closed, self.open = True, False
        for stream in list(self.streams.values()):
            stream.changed(Lost(reason))
        for future in [self.opened, *(future for _, future in self._pending.values())]:
            if not future.done():
                future.set_result(None)
        self.streams.clear()
        self.done.set()
        self.node.forget(self)
        self.writer.close()
        self.loop.call_later(LINGER, self.writer.transport.abort)
    def tick(self, now):
        """The slow clocks of the connection, called a few times a second."""
        if not self._unsent() or self._queued - self._unsent() != self._sent:
            self._sent, self._sent_at = self._queued - self._unsent(), now
        if now - self._sent_at >= STALL_TIMEOUT or self.writer.transport.is_closing():
            self.close("the peer does not read, or is gone")  # FLT-SES-044; seen here when nothing reads or writes
        for s in list(self.streams.values()):
            if not s.failed and not s.recv_ended and now - max(s.recv_at, self._read_at) >= STALL_TIMEOUT:
                s.break_off()  # FLT-STR-016, FLT-STR-017, FLT-STR-059

    # --- messages ---
    def _request(self, opcode, packet, read):
        """Sends a request; the future is what `read` makes of the reply, or None when the connection closes."""
        seq, future = next(self._seqs), self.loop.create_future()
        self._pending[seq] = read, future
        future.add_done_callback(lambda _: self._pending.pop(seq))  # a later reply is a stray one
        self.send(bytes([opcode]) + packet, seq)
        return future
    async def find_node(self, target):
        request = self._request(wire.FIND_NODE, target, wire.read_find_node_response) if self.open else None
        peers = await asyncio.wait_for(request, REQUEST_TIMEOUT) if request else None
        demand(peers is not None, "closed", Lost)
        return peers
    def _message(self, plaintext):
        message = wire.parse(plaintext, self.dialed, self._pending)
        if message is None:
            return
        seq, opcode, body = message
        if opcode is None:
            read, future = self._pending[seq]
            if not future.done():
                future.set_result(read(body.data))
            return
        demand(self.dialed or self.open or opcode == wire.HANDSHAKE, "the first request is not a Handshake")
        if opcode == wire.HANDSHAKE:
            self._greet(body, False)
            self.send(self.node.handshake, seq)
            self.open = self.open or not self.dialed
        elif opcode == wire.FIND_NODE:
            peers = self.node.closest(*wire.PACKETS["find-node-request"].read(body))
            self.send(wire.PACKETS["find-node-response"].write([peers]), seq)
        elif opcode == wire.SERVICE_REQUEST:
            self._service_request(*wire.PACKETS["service-request"].read(body))
        elif opcode == wire.SERVICE_RESPONSE:
            number, handled, headers = wire.PACKETS["service-response"].read(body)
            stream = self.streams.get(number)
            demand(stream and stream.mine, "UNEXPECTED_ANSWER")
            demand(stream.handled is None, "SECOND_ANSWER")
            stream.receive_response(bool(handled), headers)
        else:
            number, chunk = wire.PACKETS["data"].read(body)
            stream = self.streams.get(number)
            demand(stream, "UNKNOWN_STREAM")
            demand(not stream.mine or stream.handled is not None, "DATA_BEFORE_ANSWER")
            demand(not stream.recv_ended, "RESPONSE_DATA_AFTER_END" if stream.mine else "REQUEST_DATA_AFTER_END")
            stream.receive(chunk)
    def _greet(self, body, reply):
        peer, names, _ = Handshake.read(body)
        key = peer.key if peer else None
        if key == self.node.key and not self.dialed:
            self.node.own_addresses.add(self.writer.get_extra_info("sockname")[:2])
        demand(key != self.node.key, "a connection to itself")
        demand(not self.named or key == self.key, "another identity than before")
        demand(not reply or self.expected in (None, key), "another key than the dialed one")
        if peer and wire.plain_ip(peer.ip).is_unspecified:
            peer = peer._replace(ip=self.ip)  # FLT-DHT-051
        # No peer provides an empty name or one that begins with ~ (FLT-PKT-023, FLT-HSK-043).
        self.services = frozenset(name for name in names if name and not name.startswith(b"~"))
        self.named, self.key, self.peer = True, key, peer
        demand(not reply or self.node.dialed(key) <= MAX_CONNECTIONS_PER_PEER, "too many connections to the peer")
        self.node.table_add(self)
        if reply:
            self.open = True
            self.opened.done() or self.opened.set_result(True)

    # --- streams ---
    def offers(self, names):
        return not self.services.isdisjoint(names)
    def open_stream(self, names, headers):
        demand(self.open and not self.retired and self.offers(names), "not open for this call", Lost)
        number = next(self._numbers)
        self.send(wire.service_request(number, names, headers))
        self.streams[number] = Stream(self, number, True, {})
        return self.streams[number]
    def _service_request(self, number, names, headers):
        demand(number not in self.streams, "STREAM_IN_USE")
        stream = self.streams[number] = Stream(self, number, False, headers)
        handler = None if self.retired or self.served >= MAX_STREAMS else self.node.handler_for(names)
        if handler:
            self.served += 1
            self.node.spawn(self._serve(stream, handler))
        else:
            demand(len(self.streams) <= MAX_UNFINISHED, "too many refused streams without an end")
            stream.handled, stream.discarding, stream.send_ended = False, True, True
            self.send(wire.service_response(number, False, {}))
    async def _serve(self, stream, handler):
        try:
            try:
                await handler(self.node, stream)
                await stream.write(b"")  # an answer, should there be none
            except Exception as error:
                if stream.handled or self.closed:
                    raise
                bad, failure = isinstance(error, BadRequest), json.dumps({"error": str(error)}, separators=(",", ":"))
                await stream.respond({"error": "bad-request"} if bad else {"content-type": "application/json"})
                await stream.write(b"" if bad else failure.encode())  # FLT-HDR-020
            stream.end()
        except Exception as error:
            log.info("stream %d failed: %r", stream.number, error)
            if not self.closed and not stream.send_ended:
                stream.break_off()
        stream.discard()  # the rest of the request body (FLT-STR-028)
    def finish(self, stream):
        """Forgets a stream both of whose halves have ended; until then its number is taken."""
        if stream.send_ended and stream.recv_ended and self.streams.get(stream.number) is stream:
            del self.streams[stream.number]
            self.served -= not stream.mine and stream.handled
            self.retired and self.retire()
    def retire(self):
        if not self.retired:
            self.loop.call_later(RETIRE_TIMEOUT - LINGER, self.close, "retired")
        self.retired = True
        if all(stream.failed for stream in self.streams.values()):
            self.close("retired")  # FLT-STR-054
