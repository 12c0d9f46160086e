"""Damage: a file's bytes, changed in the ways in which files go wrong or are made to."""

from collections.abc import Callable, Sequence
from random import Random

TOKENS: tuple[bytes, ...] = (
    *(b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\r", b"\r\n", b"\n", b"\t"),
    *("\u202e\u200b\u0301\ufeff\u2028\U0001f600".encode(), b'"', b'""', b"'", b",", b"\\", b"\\ud800", b"\\u0000"),
    *(b"NaN", b"Infinity", b"-1", b"0", b"1e999", b"1_0", b"9" * 25, b"9" * 5000, b"null", b"true", b"1.5"),
    *(b"{", b"}", b"[", b"]", b"[" * 20_000, b'{"a":' * 5_000, b"text", b"label", b"=cmd()", b"../", b"/etc/passwd"),
    *(b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\xff" * 8, b"PK\x03\x04", b"PAR1", b"\x1f\x8b"),
)
"""What formats trip over: half characters, quotes, depth, numbers that are none or too long, sizes that wrap."""


def damaged(seeds: Sequence[bytes], random: Random) -> bytes:
    """One of the seeds with one to four things wrong."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_WAYS)(data, seeds, random)
    return data


def _flip_bit(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _set_byte(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _truncate(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _cut_out(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def _insert(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(TOKENS) + data[at:]


def _overwrite(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    at, token = random.randrange(len(data) + 1), random.choice(TOKENS)
    return data[:at] + token + data[at + len(token) :]


def _replace_number(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    digits = [i for i, byte in enumerate(data[:20_000]) if 48 <= byte < 58]
    if not digits:
        return data
    at = random.choice(digits)
    return data[:at] + random.choice(TOKENS) + data[at + 1 :]


def _repeat(data: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.randrange(1, 200)]
    return data[:start] + piece * random.choice((2, 3, 50)) + data[start:]


def _splice(data: bytes, seeds: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(seeds)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


_WAYS: tuple[Callable[[bytes, Sequence[bytes], Random], bytes], ...] = (
    *(_flip_bit, _flip_bit, _set_byte, _truncate, _cut_out, _insert, _insert, _overwrite, _replace_number, _repeat),
    _splice,
)
