"""Sends prepared requests over kept connections, each once and in order, and tells what came of them.

A generator of our own, since each request must be sent exactly once (a branch can be made once), its answer counted, and
answers to HEAD understood; wrk can do none of these.
"""

import selectors
import socket
import statistics
import time
from collections import namedtuple

Replay = namedtuple("Replay", "seconds p50_ms p99_ms")


class _Connection:
    """One kept connection with at most one request under way."""

    def __init__(self, address, check):
        self.check, self.content = check, bytearray()
        self.socket = socket.create_connection(address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, request):
        self.is_head, self.received, self.missing = request.startswith(b"HEAD "), b"", None
        self.content.clear()
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """Takes what has come; true where the answer is whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise SystemExit("bench failed: the server closed a connection in use")
        if self.missing is not None:
            return self._took(data)
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head, rest = self.received[:end].lower() + b"\r\n", self.received[end + 4:]
        if not 200 <= int(head[9:12]) < 300:
            raise SystemExit(f"bench failed: an answer of {self.received[:600]!r}")
        if self.is_head or head[9:12] == b"204":
            return True
        at = head.find(b"\r\ncontent-length:")
        # Without a length the answer comes in chunks, of which the last is empty.
        self.missing = int(head[at + 17:head.index(b"\r\n", at + 2)]) if at >= 0 else -1
        self.tail = b""
        return self._took(rest)

    def _took(self, data):
        if self.check:
            self.content += data
        if self.missing < 0:
            self.tail = (self.tail + data)[-7:]
            return self.tail.endswith(b"\r\n0\r\n\r\n")
        self.missing -= len(data)
        if self.missing == 0 and self.check:
            self.check(bytes(self.content))
        return self.missing == 0


def replay(host, requests, concurrency, check=None):
    """Sends all of `requests` (bytes) to `host` ("name:port"); any answer that is no success ends the bench.

    `check` is given the body of each answer that tells its length.
    """
    name, port = host.rsplit(":", 1)
    pending, times, selector = iter(requests), [], selectors.DefaultSelector()
    connections = [_Connection((name, int(port)), check) for _ in range(min(concurrency, len(requests)))]
    start, busy = time.perf_counter(), 0
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(pending))
        busy += 1
    while busy:
        ready = selector.select(60)
        if not ready:
            raise SystemExit("bench failed: no answer for 60 s")
        for key, _ in ready:
            connection = key.data
            if connection.receive():
                times.append(time.perf_counter() - connection.started)
                request = next(pending, None)
                if request is None:
                    busy -= 1
                    selector.unregister(connection.socket)
                else:
                    connection.send(request)
    seconds = time.perf_counter() - start
    for connection in connections:
        connection.socket.close()
    times.sort()
    return Replay(seconds, statistics.median(times) * 1e3, times[len(times) * 99 // 100] * 1e3)
