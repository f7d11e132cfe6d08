"""Two nodes in one process call each other's services; then a raw client plays hostile and odd peers."""
import asyncio, hashlib, json, logging, os, secrets, sys
import wire, conn as connmod
from node import Node, CallError, PeerId
from services import TEST_SERVICES
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.exceptions import InvalidSignature
from functools import partial
import ipaddress

L = 2**252 + 27742317777372353535851937790883648493
service_request, service_response, data = partial(wire.packet, 1), partial(wire.packet, 2), partial(wire.packet, 3)
def named(body):
    return wire.FIND_NODE_RESPONSE.read(wire.Reader(body))
def good_point(e):
    y = int.from_bytes(e, "little") & (2**255 - 1)
    return y < wire.P and y not in (0, 1, wire.P - 1, wire.Y_OF_ORDER_8, wire.P - wire.Y_OF_ORDER_8)
def verifies(*args):
    try: wire.verify(*args); return True
    except (wire.Fault, InvalidSignature, ValueError): return False

logging.basicConfig(level=os.environ.get("FLATEND_LOG", "WARNING"))

def body_of(*chunks):
    it = iter(chunks)
    async def read():
        await asyncio.sleep(0)
        return next(it, b"")
    return read

async def full(c):
    out = b""
    while chunk := await c.read():
        out += chunk
    return out

async def call(node, name, headers={}, *chunks, timeout=10):
    c = await node.call(name.split(","), headers, body_of(*chunks), timeout)
    return c.headers, await full(c)

class Raw:
    """A peer that sends what it is told."""
    @classmethod
    async def open(cls, port, handshake=True, key=None):
        self = cls()
        self.r, self.w = await asyncio.open_connection("127.0.0.1", port)
        self.key = key
        priv = X25519PrivateKey.generate()
        self.w.write(priv.public_key().public_bytes_raw())
        self.s = wire.Session(priv, await self.r.readexactly(32))
        if handshake:
            self.msg(1, b"\0" + self.hs())
            seq, body = await self.recv()
            assert seq == 1, seq
            [self.peer], _, _ = wire.read_handshake(wire.Reader(body))
        return self
    def hs(self, port=9, names=(b"x",)):
        if not self.key:
            return b"\0\0"
        ident = PeerId(self.key.public_key().public_bytes_raw(), ipaddress.ip_address("127.0.0.1"), port)
        return wire.packet(0, [ident], list(names), self.key.sign(wire.signed(ident, names)))[1:]
    def msg(self, seq, body):
        self.w.write(self.s.seal(seq.to_bytes(4) + body))
    async def recv(self):
        p = await self.s.receive(self.r)
        return int.from_bytes(p[:4]), p[4:]
    async def closed(self, within=1.2):
        try:
            async with asyncio.timeout(within):
                while await self.r.read(65536):
                    pass
        except ConnectionError:
            pass
        self.w.close()

def edwards():
    """Enough of the curve to make edge-case signatures."""
    P = wire.P; D = -121665 * pow(121666, -1, P) % P
    def add(a, b):
        (x1, y1), (x2, y2) = a, b
        t = D * x1 * x2 * y1 * y2
        return ((x1*y2 + x2*y1) * pow(1 + t, -1, P) % P, (y1*y2 + x1*x2) * pow(1 - t, -1, P) % P)
    def mul(n, p):
        q = (0, 1)
        while n:
            if n & 1: q = add(q, p)
            p = add(p, p); n >>= 1
        return q
    def enc(p): return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")
    def dec(b):
        n = int.from_bytes(b, "little"); y = n & (2**255 - 1)
        xx = (y*y - 1) * pow(D*y*y + 1, -1, P) % P
        x = pow(xx, (P + 3) // 8, P)
        if x * x % P != xx: x = x * pow(2, (P - 1) // 4, P) % P
        if x * x % P != xx: return None
        return ((P - x) % P if (x & 1) != n >> 255 else x, y)
    return add, mul, enc, dec

def test_crypto():
    add, mul, enc, dec = edwards()
    B = dec(bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666"))
    # torsion points: L * random
    torsion = {(0, 1)}
    y = 2
    while len(torsion) < 8:
        p = dec(y.to_bytes(32, "little")); y += 1
        if p:
            t = mul(L, p)
            for k in range(8): torsion.add(mul(k, t))
    for t in torsion:
        assert not good_point(enc(t)), t
    for i in range(300):
        e = secrets.token_bytes(32)
        n = int.from_bytes(e, "little") & (2**255 - 1)
        assert good_point(e) or n >= wire.P or dec(e) is None
    assert not good_point((wire.P + 3).to_bytes(32, "little"))
    # mixed-order key: cofactorless must decide by S*B - k*A == R
    t8 = next(t for t in torsion if mul(4, t) != (0, 1))
    ok = bad = 0
    for i in range(40):
        a, r = secrets.randbelow(L), secrets.randbelow(L)
        A, R = enc(add(mul(a, B), t8)), enc(mul(r, B))
        m = bytes([i])
        k = int.from_bytes(hashlib.sha512(R + A + m).digest(), "little") % L
        S = (r + k * a) % L
        sig = R + S.to_bytes(32, "little")
        want = k % 8 == 0
        assert verifies(A, sig, m) == want, i
        ok += want; bad += not want
    k = Ed25519PrivateKey.generate(); pub = k.public_key().public_bytes_raw(); s = k.sign(b"m")
    assert verifies(pub, s, b"m") and not verifies(pub, s, b"n")
    S = int.from_bytes(s[32:], "little") + L
    assert not verifies(pub, s[:32] + S.to_bytes(32, "little"), b"m")
    print("crypto ok", ok, bad)

class Listener:
    """A scripted peer that accepts; `script(raw)` runs on each connection after the handshake."""
    async def start(self, script, names=(b"x",)):
        self.key, self.conns = Ed25519PrivateKey.generate(), []
        async def accept(r, w):
            raw = Raw(); raw.r, raw.w, raw.key = r, w, self.key; self.conns.append(raw)
            priv = X25519PrivateKey.generate(); raw.s = wire.Session(priv, await r.readexactly(32)); w.write(priv.public_key().public_bytes_raw())
            seq, body = await raw.recv(); assert seq % 2 == 1 and body[0] == 0; raw.msg(seq, raw.hs(self.port, names))
            try:
                while True:
                    seq, body = await raw.recv()
                    if body[0] == 4: raw.msg(seq, b"\0")
                    else: await script(raw, len(self.conns), body)
            except (asyncio.IncompleteReadError, ConnectionError): w.close()
        self.server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

async def failures():
    """A node whose clock is fast, against scripted listeners."""
    connmod.STALL_TIMEOUT = 1.0; connmod.RETIRE_TIMEOUT = 0.7
    loop = asyncio.get_running_loop()
    node = Node(TEST_SERVICES); port = await node.start("127.0.0.1", 0)
    async def go(script, name, chunks=(b"q",), timeout=5, via=b"", conns=None):
        l = await Listener().start(script, (name,)); asyncio.create_task(node.keep(("127.0.0.1", l.port)))
        while not node.providers([name]): await asyncio.sleep(.01)
        try:
            c = await node.call([name.decode()], {}, body_of(*chunks), timeout)
            try: return l, await full(c)
            except connmod.Lost: return l, "lost in its middle"
        except CallError as e: return l, str(e)
    async def refuse_first(raw, n, body):   # handled 0 on the first connection, served on the second
        num = int.from_bytes(body[1:5])
        if body[0] == 1: raw.first = n == 1; raw.msg(0, service_response(num, n > 1, {}))
        elif body[5:7] != b"\0\0" and not raw.first: raw.msg(0, body)
        elif body[5:7] == b"\0\0" and not raw.first: raw.msg(0, body)
    l, got = await go(refuse_first, b"again", (b"ab", b"cd")); assert got == b"abcd" and len(l.conns) == 2, got
    async def refuse(raw, n, body):
        if body[0] == 1: raw.msg(0, service_response(int.from_bytes(body[1:5]), False, {}))
    l, got = await go(refuse, b"no"); assert got == "unhandled", got
    async def silent(raw, n, body): pass
    t = loop.time(); l, got = await go(silent, b"silent"); assert got == "lost" and .9 < loop.time() - t < 2, (got, loop.time() - t)
    l, got = await go(silent, b"silent2", timeout=.3); assert got == "timeout"
    await asyncio.sleep(1.2); assert len(l.conns) >= 1 and l.conns[0].r.at_eof()      # FLT-STR-058
    async def head_only(raw, n, body):
        if body[0] == 1: raw.msg(0, service_response(int.from_bytes(body[1:5]), True, {}))
    l, got = await go(head_only, b"head"); assert got == "lost in its middle"          # FLT-CMP-001
    async def drop(raw, n, body):
        if body[0] == 1: raw.msg(0, service_response(int.from_bytes(body[1:5]), True, {})); raw.w.close()
    l, got = await go(drop, b"drop"); assert got == "lost in its middle", got
    async def bad(raw, n, body):
        num = int.from_bytes(body[1:5])
        if body[0] == 1: raw.msg(0, data(num, b"early"))
    l, got = await go(bad, b"bad"); assert got == "lost", got
    # through the call service: lost in the middle retires the outer connection, a silent callee gives `timeout`
    while not node.providers([b"drop"]): await asyncio.sleep(.01)
    r = await Raw.open(port); r.msg(0, service_request(1, [b"call"], {"services": "drop"})); r.msg(0, data(1, b""))
    await r.closed()
    while not node.providers([b"silent"]): await asyncio.sleep(.01)
    r = await Raw.open(port); r.msg(0, service_request(1, [b"call"], {"services": "silent", "timeout": "200"})); r.msg(0, data(1, b""))
    assert (await r.recv())[1] == service_response(1, True, {"call-error": "timeout"})
    # a request body that stalls is lost to its handler, and the connection retires
    r = await Raw.open(port); r.msg(0, service_request(1, [b"echo"], {})); t = loop.time(); await r.closed(2); assert loop.time() - t > .9
    # a bootstrap that goes and comes back
    l.server.close()
    for c in l.conns: c.w.close()
    await asyncio.sleep(1.5); before = len(l.conns)
    l2 = Listener(); await l2.start(silent, (b"back",)); asyncio.create_task(node.keep(("127.0.0.1", l2.port))); 
    while not node.providers([b"back"]): await asyncio.sleep(.01)
    l2.conns[0].w.close(); t = loop.time()
    while len(l2.conns) < 2: await asyncio.sleep(.01)
    assert .45 < loop.time() - t < 1.2, loop.time() - t
    await node.shutdown(0); connmod.STALL_TIMEOUT = 30; connmod.RETIRE_TIMEOUT = 10
    print("failures ok")

async def main():
    test_crypto()
    a, b = Node(TEST_SERVICES), Node(TEST_SERVICES)
    pa = await a.start("127.0.0.1", 0); pb = await b.start("127.0.0.1", 0)
    asyncio.create_task(b.keep(("127.0.0.1", pa)))
    while not (a.table and b.table): await asyncio.sleep(0.01)
    big = secrets.token_bytes(3_000_000)
    for n in (a, b):
        assert await call(n, "echo", {}, b"abc", b"def") == ({}, b"abcdef")
        assert await call(n, "echo", {}, big) == ({}, big)
        h, body = await call(n, "sink", {}, big, b"x")
        assert h == {"content-type": "application/json"} and json.loads(body) == {"bytes": 3_000_001, "sha256": hashlib.sha256(big + b"x").hexdigest()}
        assert await call(n, "source", {"bytes": "100001"}) == ({}, bytes(i % 251 for i in range(100001)))
        assert await call(n, "source", {"bytes": "01"}, b"zz") == ({"error": "bad-request"}, b"")
        assert await call(n, "empty", {}, b"ignored" * 1000) == ({}, b"")
        assert await call(n, "headers", {"a": "b", "__proto__": "ü"}) == ({"a": "b", "__proto__": "ü"}, b"")
        assert await call(n, "error", {}) == ({"content-type": "application/json"}, b'{"error":"boom"}')
        assert await call(n, "error", {"message": "no"}) == ({"content-type": "application/json"}, b'{"error":"no"}')
        assert await call(n, "slow", {"delay": "50", "count": "3", "interval": "10"}, b"q") == ({}, b"...")
        assert await call(n, "nope,echo", {}, b"q") == ({}, b"q")
        h, body = await call(n, "call", {"services": "headers", "x-q": "1", "q": "2"})
        assert h == {"x-q": "1"}, h
        assert await call(n, "call", {"services": "echo"}, big, b"1") == ({}, big + b"1")
        assert await call(n, "call", {"services": "nope"}) == ({"call-error": "no-provider"}, b"")
        assert await call(n, "call", {"services": "slow", "x-": "", "timeout": "100"}, b"", timeout=3) is not None
        assert await call(n, "call", {}) == ({"error": "bad-request"}, b"")
        try: await call(n, "nope"); assert 0
        except CallError as e: assert str(e) == "no-provider"
    print("services ok")
    # failure in mid-body: lost, reconnects
    for n in (a, b):
        for i in range(3):
            try:
                c = await n.call(["error"], {"after": "5000"}, body_of(), 5); got = b""
                try:
                    while ch := await c.read(): got += ch
                    assert 0, "ended"
                except connmod.Lost: pass
                assert got == bytes(i % 251 for i in range(5000)), len(got)
            except CallError as e:
                print("mid-body:", str(e))
            while not (a.live(b.key) and a.live(b.key).open and b.live(a.key) and b.live(a.key).open): await asyncio.sleep(0.01)
    # anonymous / hostile
    r = await Raw.open(pa); assert r.peer.port == pa
    def req(n, name, hd={}, seq=0): r.msg(seq, service_request(n, [name], hd))
    req(0, b"echo", seq=3); r.msg(0, data(0, b"hi")); r.msg(0, data(0, b""))
    assert (await r.recv())[1] == service_response(0, True, {})
    assert (await r.recv())[1] == data(0, b"hi"); assert (await r.recv())[1] == data(0, b"")
    req(0, b"nope"); assert (await r.recv())[1] == service_response(0, False, {})
    r.msg(0, data(0, b"hi")); r.msg(0, data(0, b"")); r.msg(4, b"stray"); 
    r.msg(9, b"\4" + b"\7" * 32); seq, body = await r.recv(); assert seq == 9 and len(named(body)) == 1
    r.msg(9, b"\4" + b.key); seq, body = await r.recv(); assert body == b"\0", body
    r.msg(11, b"\0\0\0"); seq, body = await r.recv(); assert seq == 11
    r.msg(0, data(0, b"x")); await r.closed()
    bad = [(0, b""), (1, b""), (3, b"\x05"), (0, b"\0\0\0"), (0, b"\4" + b"1" * 32), (3, b"\4" + b"1" * 31), (0, b"\2\0\0\0\0\1\0\0"),
           (0, b"\3\0\0\0\0\0\0"), (0, b"\1\0\0\0"), (0, b"\1\0\0\0\1\xff"), (3, b"\0\2\0"), (3, b"\0\0\1\1\xff"), (3, b"\0\1" + b"\0" * 200)]
    for seq, m in bad:
        r = await Raw.open(pa); r.msg(seq, m); r.msg(5, b"\4" + b"1" * 32); await r.closed()
    for m in (b"\1", b"\4" + b"1" * 32, b"\3" + bytes(6), b"\x09"):
        r = await Raw.open(pa, False); r.msg(1, m); await r.closed()
    for raw in (b"\0\0\0\x13", b"\0\0\x10\1", b"\0\0\0\x14" + bytes(20), b"\xff" * 4, b"\0\0\0\0"):
        r = await Raw.open(pa); r.w.write(raw); await r.closed()
    for k in (bytes(32), (1).to_bytes(32, "little"), wire.P.to_bytes(32, "little")):
        r = Raw(); r.r, r.w = await asyncio.open_connection("127.0.0.1", pa); r.w.write(k); await r.closed()
    # keyed raw peer, table, identity change
    k = Ed25519PrivateKey.generate(); pub = k.public_key().public_bytes_raw()
    r = await Raw.open(pa, key=k); q = await Raw.open(pa)
    q.msg(3, b"\4" + b"1" * 32); assert pub in [p.key for p in named((await q.recv())[1])]
    r.key = Ed25519PrivateKey.generate(); r.msg(3, b"\0" + r.hs()); await r.closed()
    q.msg(3, b"\4" + b"1" * 32); assert pub not in [p.key for p in named((await q.recv())[1])]
    # replay of the node's own handshake
    r = await Raw.open(pa, False); r.msg(1, a.handshake); await r.closed()
    # many streams and many connections
    r = await Raw.open(pa)
    for i in range(1025): r.msg(0, service_request(i, [b"echo"], {}))
    got = [await r.recv() for _ in range(1025)]
    assert sum(g[1][5] for g in got) == 1024 
    r.msg(0, data(5, b"still")); assert (await r.recv())[1] == data(5, b"still")
    r.w.close()
    rs = [await Raw.open(pa) for _ in range(200)]
    for x in rs: x.msg(3, b"\4" + b"1" * 32)
    for x in rs: await x.recv(); x.w.close()
    # a peer that does not read
    r = await Raw.open(pa); r.r._transport.pause_reading()
    try:
        async with asyncio.timeout(3):
            i = 1
            while True:
                r.msg(i, b"\4" + b"1" * 32); i += 2; await r.w.drain()
    except TimeoutError: pass
    print("non-reader stopped after", i // 2, "requests"); assert max(c.unsent() for c in a.conns) < 400_000
    # while it sits there everything works
    assert await call(b, "echo", {}, big) == ({}, big)
    r.w.close()
    # 1 MiB unread body while the handler reads nothing, another stream is served
    r = await Raw.open(pa)
    r.msg(0, service_request(1, [b"slow"], {"delay": "1000"}))
    for i in range(512): r.msg(0, data(1, bytes(2048))); await r.w.drain()
    r.msg(0, service_request(2, [b"empty"], {})); r.msg(0, data(2, b""))
    async with asyncio.timeout(.7): assert (await r.recv())[1] == service_response(2, True, {}); await r.recv()
    r.msg(0, data(1, b"")); await r.recv(); assert (await r.recv())[1] == data(1, b"."); assert (await r.recv())[1] == data(1, b"")
    r.w.close()
    # retiring: a healthy stream goes on, new ones are refused
    r = await Raw.open(pa)
    r.msg(0, service_request(1, [b"echo"], {})); await r.recv()
    r.msg(0, service_request(2, [b"error"], {"after": "1"})); await r.recv(); await r.recv()
    await asyncio.sleep(.1)
    r.msg(0, data(1, b"alive")); assert (await r.recv())[1] == data(1, b"alive")
    r.msg(0, service_request(3, [b"echo"], {})); assert (await r.recv())[1] == service_response(3, False, {})
    r.msg(0, data(3, b"")); r.msg(0, data(1, b"")); assert (await r.recv())[1] == data(1, b""); await r.closed()
    await failures()
    # a third node joins through b and finds a
    c = Node(TEST_SERVICES); await c.start("127.0.0.1", 0); asyncio.create_task(c.keep(("127.0.0.1", pb)))
    async with asyncio.timeout(3):
        while not (c.live(a.key) and c.live(b.key)): await asyncio.sleep(0.01)
    # timeouts
    t = asyncio.get_running_loop().time()
    r = Raw(); r.r, r.w = await asyncio.open_connection("127.0.0.1", pa); r.w.write(b"1" * 31)
    s = await Raw.open(pa, False); u = await Raw.open(pa)
    await asyncio.gather(r.closed(6), s.closed(6)); took = asyncio.get_running_loop().time() - t
    assert 4.5 < took < 6, took
    u.msg(3, b"\4" + b"1" * 32); await u.recv()
    # a itself as bootstrap
    asyncio.create_task(a.keep(("127.0.0.1", pa))); await asyncio.sleep(2.5)
    assert not a.live(a.key) and ("127.0.0.1", pa) in a.own_addresses
    # draining
    r = await Raw.open(pa); r.msg(0, service_request(1, [b"slow"], {"delay": "500"})); r.msg(0, data(1, b""))
    await asyncio.sleep(.1); stop = asyncio.create_task(a.shutdown(3)); await asyncio.sleep(.1)
    r.msg(0, service_request(2, [b"echo"], {})); assert (await r.recv())[1] == service_response(2, False, {}); r.msg(0, data(2, b""))
    await r.recv(); await r.recv(); assert (await r.recv())[1] == data(1, b""); await stop; await r.closed()
    await b.shutdown(0); await c.shutdown(0)
    print("all ok")

asyncio.run(main())
