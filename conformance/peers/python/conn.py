"""One connection: keys, messages, Handshake (chapters 02, 03, 05) and the streams on it (chapter 06)."""
import asyncio
import json
import logging

import wire
from wire import DATA, FIND_NODE, FIND_NODE_RESPONSE, HANDSHAKE, SERVICE_REQUEST, SERVICE_RESPONSE, demand

REQUEST_TIMEOUT = 5.0  # for the key exchange and the Handshake as well
STALL_TIMEOUT, RETIRE_TIMEOUT = 30.0, 10.0  # the first is that of FLT-STR-016 as well
LINGER = 0.5  # for queued bytes to leave when a connection closes; below CLOSE_TIMEOUT_MS
MAX_CONNECTIONS_PER_PEER, STREAM_NUMBER_BASE, MAX_STREAMS = 4, 1 << 31, 1024
MAX_UNFINISHED = 4096  # streams of a connection, refused ones included (FLT-ERR-005)
MAX_HELD = 1 << 22  # body bytes of a connection that users have not taken; reading stops above (FLT-STR-071)
REPLY_LIMIT = 1 << 18  # unsent bytes; reading stops above. Bodies wait above the 64 KiB of asyncio's drain()

class Lost(ConnectionError):
    """The connection closed, or the stream failed, before the stream was finished."""

class CallError(Exception):
    """A call that got no response with handled 1; its text is no-provider, unhandled, lost or timeout."""

class Stream:
    """One service call, for the side that opened it (`mine`) or the side that serves it."""
    def __init__(self, conn, number, mine, headers):
        self.conn, self.number, self.mine = conn, number, mine
        self.headers = headers  # of the request (responder); of the response, once it came (requester)
        self.handled = None  # or a bool, once the ServiceResponse was sent (responder) or read (requester)
        self.send_ended = self.recv_ended = self.discarding = False
        self.error = None  # a Lost, if what is unfinished cannot be completed
        self.task = None  # the one that sends the request body, or that serves
        self.buffer, self.recv_at, self.event = bytearray(), conn.loop.time(), asyncio.Event()
    async def read(self) -> bytes:
        """Some bytes of the body, b"" at its complete end; raises Lost for any other end. Safe to cancel."""
        while not self.buffer and not self.recv_ended:
            await self._change()
        chunk = bytes(self.buffer)
        self._drop()
        return chunk
    async def response(self) -> bool:
        while self.handled is None:
            await self._change()
        return self.handled
    async def respond(self, headers):
        demand(self.handled is None, "answered already", Lost)
        await self._send(SERVICE_RESPONSE, True, headers)
        self.handled = True
    async def write(self, chunk):
        """Sends some of a body; a service responds first."""
        for at in range(0, len(chunk), wire.MAX_DATA_LENGTH):
            await self._send(DATA, chunk[at : at + wire.MAX_DATA_LENGTH])
    def end(self):
        """Ends the half that is sent: if it was sent whole (FLT-STR-050) or was refused (FLT-STR-015)."""
        if not self.send_ended and not self.error:
            self.send_ended = True
            self.conn.send(wire.packet(DATA, self.number, b""))
            self.conn.settle(self)
    def fail(self, reason):
        """What is unfinished of the stream cannot be completed (FLT-STR-051)."""
        if not self.send_ended or not self.recv_ended:
            self.error = self.error or Lost(reason)
            self.discarding = True
            self.conn.settle(self)
    def abandon(self):
        """The user wants no more of a call (FLT-STR-051, FLT-STR-057, FLT-STR-058)."""
        self.task.cancel()
        self.discard()
        patience = RETIRE_TIMEOUT if self.send_ended else 0
        self.conn.loop.call_later(patience, self.fail, "abandoned")
    def discard(self):
        self.discarding = True
        self._drop()
    def _drop(self):
        self.conn.held -= len(self.buffer)
        self.buffer.clear()
    async def _change(self):
        if self.error:
            raise self.error
        self.event.clear()
        await self.event.wait()
    async def _send(self, opcode, *values):
        async with self.conn.turn:  # those who wait for room take turns (FLT-STR-078)
            await self.conn.writer.drain()
        demand(not self.error and not self.send_ended, "the half has ended", Lost)
        self.recv_at = self.conn.loop.time()  # the wait for the peer begins anew (FLT-STR-016, FLT-STR-017, FLT-STR-059)
        self.conn.send(wire.packet(opcode, self.number, *values))

def numbers(first, taken):
    """Every second number from `first` on, and over again, but those that are taken."""
    while True:
        yield from (number for number in range(first, 1 << 32, 2) if number not in taken)

class Connection:
    def __init__(self, node, reader, writer, dialed, expected=None):
        self.node, self.dialed, self.expected = node, dialed, expected
        self.reader, self.writer, self.unsent = reader, writer, writer.transport.get_write_buffer_size
        self.loop, self.turn = asyncio.get_running_loop(), asyncio.Lock()
        self.ip = wire.plain_ip(writer.get_extra_info("peername")[0])
        self.peer = self.key = None  # of the latest Handshake; None also for an anonymous peer
        self.services = None  # names of the latest Handshake, request or reply
        self.open = self.retired = self.closed = False  # open: the handshake is done, streams may be opened
        self.opened = self.loop.create_future()  # the reply to a dialer's Handshake, its request number 1
        self._pending = {1: self.opened} if dialed else {}  # futures of replies, by number
        self._seqs = numbers(2 - dialed, self._pending)
        self.streams, self.held = {}, 0  # unfinished ones by number; body bytes that users have not taken
        self._numbers = numbers(STREAM_NUMBER_BASE + dialed, self.streams)  # FLT-STR-001
        self._queued, self._read_at = 0, self.loop.time()  # bytes ever queued; when reading was last stopped
        self._actions = self._handshake, self._request, self._response, self._data, self._find_node

    async def run(self):
        try:
            keys = wire.Session.agree(self.reader, self.writer, self.dialed)
            self._session = await asyncio.wait_for(keys, REQUEST_TIMEOUT)
            self.loop.call_later(REQUEST_TIMEOUT, lambda: self.open or self.close("no Handshake in time"))
            self._watcher = asyncio.create_task(self._watch())
            if self.dialed:
                self.send(self.node.handshake, 1)
            while True:
                for _ in range(16):  # then others get a turn, however many frames wait in the buffer
                    while not self.closed and (self.unsent() > REPLY_LIMIT or self.held > MAX_HELD):
                        await asyncio.sleep(0.01)  # FLT-SES-046, FLT-STR-072
                        self._read_at = self.loop.time()
                    plaintext = await self._session.receive(self.reader)
                    demand(not self.closed, "closed")
                    self._message(plaintext)
                await asyncio.sleep(0)
        except Exception as error:  # a fault, the peer's end, or a slip of our own (FLT-ERR-002)
            self.close(repr(error))
    async def _watch(self):
        """The slow clocks of the connection."""
        sent, sent_at = 0, self.loop.time()
        while not self.closed:
            await asyncio.sleep(0.25)
            now, unsent = self.loop.time(), self.unsent()
            if not unsent or self._queued - unsent != sent:
                sent, sent_at = self._queued - unsent, now
            if now - sent_at >= STALL_TIMEOUT or self.writer.transport.is_closing():
                self.close("the peer does not read, or is gone")  # FLT-SES-044
            for stream in list(self.streams.values()):
                idle = now - max(stream.recv_at, self._read_at)
                if idle >= STALL_TIMEOUT and not stream.recv_ended:
                    stream.fail("stalled")  # FLT-STR-016, FLT-STR-017, FLT-STR-059
    def send(self, body, seq=0):
        if not self.closed and not self.writer.transport.is_closing():
            frame = self._session.seal(seq.to_bytes(4) + body)
            self._queued += len(frame)
            self.writer.write(frame)
    def close(self, reason):
        if self.closed:
            return
        logging.info("connection with %s closed: %s", self.ip, reason)
        self.closed, self.open = True, False
        for stream in list(self.streams.values()):
            stream.fail(reason)
        for reply in self._pending.values():
            if not reply.done():
                reply.set_exception(Lost(reason))
        self.node.conns.discard(self)
        if not self.node.live(self.key):  # FLT-DHT-009
            self.node.table.pop(self.key, None)
        self.writer.close()
        self.loop.call_later(LINGER, self.writer.transport.abort)

    async def find_node(self, target):
        """The peers that the peer names. Raises an OSError, which Lost and TimeoutError are."""
        demand(self.open, "not open", Lost)
        seq = next(self._seqs)
        reply = self._pending[seq] = self.loop.create_future()
        reply.add_done_callback(lambda _: self._pending.pop(seq))  # a later reply is a stray one
        self.send(wire.packet(FIND_NODE, target), seq)
        return (await asyncio.wait_for(reply, REQUEST_TIMEOUT))[:wire.BUCKET_SIZE]
    def _message(self, plaintext):
        seq, opcode, body = wire.parse(plaintext, self.dialed)
        if opcode is not None:
            demand(self.dialed or self.open or opcode == HANDSHAKE, "the first request is not a Handshake")
            reply = self._actions[opcode](*wire.PACKETS[opcode].read(body))
            if reply is not None:
                self.send(reply, seq)
        elif seq in self._pending and not self._pending[seq].done():  # else a stray reply (FLT-RPC-011)
            if seq == 1:
                self._handshake(*wire.read_handshake(body), reply=True)
            self._pending[seq].set_result(seq == 1 or FIND_NODE_RESPONSE.read(body))
    def _handshake(self, ids, names, _, reply=False):
        """Learns who the peer is and what it offers; the answer to a request has no opcode."""
        peer = ids[0] if ids else None
        key = peer and peer.key
        if key == self.node.key and not self.dialed:
            self.node.own_addresses.add(self.writer.get_extra_info("sockname")[:2])
        demand(key != self.node.key, "a connection to itself")
        demand(self.services is None or key == self.key, "another identity than before")
        demand(not reply or self.expected in (None, key), "another key than the dialed one")
        if peer and wire.plain_ip(peer.ip).is_unspecified:
            peer = peer._replace(ip=self.ip)  # FLT-DHT-051
        # No peer provides an empty name or one that begins with ~ (FLT-PKT-023, FLT-HSK-043).
        self.services = {name for name in names if name and not name.startswith(b"~")}
        self.key, self.peer = key, peer
        self.node.table_add(self)
        demand(not reply or self.node.dialed(key) <= MAX_CONNECTIONS_PER_PEER, "too many connections")
        self.open = self.open or reply or not self.dialed
        return self.node.handshake[1:]
    def _find_node(self, target):
        nearest = wire.closest(self.node.table, target)
        return FIND_NODE_RESPONSE.write([self.node.table[key] for key in nearest])

    def offers(self, names):
        return self.open and not self.services.isdisjoint(names)
    def open_stream(self, names, headers):
        demand(self.offers(names) and not self.retired, "not open for this call", Lost)
        number = next(self._numbers)
        self.send(wire.packet(SERVICE_REQUEST, number, names, headers))
        self.streams[number] = Stream(self, number, True, {})
        return self.streams[number]
    def _request(self, number, names, headers):
        demand(number not in self.streams, "STREAM_IN_USE")
        theirs = [stream for stream in self.streams.values() if not stream.mine]
        demand(len(theirs) < MAX_UNFINISHED, "too many refused streams without an end")
        served = sum(stream.handled is not False for stream in theirs)
        services = [self.node.services[name] for name in names if name in self.node.services]
        stream = self.streams[number] = Stream(self, number, False, headers)
        if services and served < MAX_STREAMS and not self.retired and not self.node.stopping:
            stream.task = asyncio.create_task(self._serve(stream, services[0]))
        else:
            self.node.refused_at = self.loop.time()
            stream.handled, stream.discarding, stream.send_ended = False, True, True
            self.send(wire.packet(SERVICE_RESPONSE, number, False, {}))
    async def _serve(self, stream, service):
        try:
            try:
                await service(self.node, stream)
                if not stream.handled:
                    await stream.respond({})
            except Exception as error:  # becomes the response, unless there is one already (FLT-HDR-020)
                status = {":status": "500"} if ":method" in stream.headers else {}  # for gateways (FLT-GWY-080)
                await stream.respond({"content-type": "application/json", **status})
                await stream.write(json.dumps({"error": str(error)}, separators=(",", ":")).encode())
            stream.end()
        except Exception as error:
            stream.fail(f"the service failed: {error!r}")
        stream.discard()  # the rest of the request body (FLT-STR-028)
    def _response(self, number, handled, headers):
        stream = self.streams.get(number)
        demand(stream and stream.mine, "UNEXPECTED_ANSWER")
        demand(stream.handled is None, "SECOND_ANSWER")
        stream.handled, stream.headers, stream.recv_ended = bool(handled), headers, not handled  # FLT-STR-043
        stream.recv_at = self.loop.time()
        if not handled:
            stream.end()  # at once, so that no further body byte can leave (FLT-STR-015)
        self.settle(stream)
    def _data(self, number, chunk):
        stream = self.streams.get(number)
        demand(stream, "UNKNOWN_STREAM")
        demand(not stream.mine or stream.handled is not None, "DATA_BEFORE_ANSWER")
        demand(not stream.recv_ended, "RESPONSE_DATA_AFTER_END" if stream.mine else "REQUEST_DATA_AFTER_END")
        stream.buffer += chunk
        self.held += len(chunk)
        stream.recv_ended, stream.recv_at = not chunk, self.loop.time()
        if stream.discarding:
            stream.discard()
        self.settle(stream)
    def settle(self, stream):
        """Draws the conclusions from a change of the stream."""
        stream.event.set()
        if stream.send_ended and stream.recv_ended and self.streams.get(stream.number) is stream:
            del self.streams[stream.number]  # finished: its number is free again
        if stream.error and not self.retired:  # FLT-STR-051 to FLT-STR-055
            self.retired = True
            self.loop.call_later(RETIRE_TIMEOUT - LINGER, self.close, "retired")
        if self.retired and all(stream.error for stream in self.streams.values()):
            self.close("retired")
