"""What no hand would type: texts, values, bodies, references and keys that once broke something
somewhere."""

from __future__ import annotations

TEXTS = [
    "", " ", "\t", "null", "None", "NaN", "0", "-1", "1e3", "9223372036854775808", "²", "１２３",
    "1 OR 1=1", "'; DROP TABLE person; --", "<script>alert(1)</script>", "{{7*7}}",
    "{0.__class__}", "%s%n%x", "=cmd|' /C calc'!A0", "\r\nSet-Cookie: a=b", "..%2f..%2fetc",
    "张三", "𠮷", "аdmin", "\u202edlo", "e\u0301" * 200, "\u200b", "😀", "\ufeffA", "x" * 3000,
    "A-00000-00000-0", "M-ZZZZZ-ZZZZZ-Z", "2026-02-30", "9999-12-31", "0001-01-01",
    "2026-12-01T00:00:00", "cursor", "OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ", "-" * 41, "\x7f", "\x1b[31m",
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 2**63, 10**30, 1.5, -0.0, 1e308, [], [[]], {}, {"a": {}},
    [None] * 3, {"$ref": "#"}, ["x"], *TEXTS,
]  # fmt: skip
RAW = [
    b"", b"{", b"[]", b'"x"', b"null", b"1", b"NaN", b'{"slot": NaN}', b'{"slot": Infinity}',
    b'{"slot": 1, "slot": 2}', b'{"slot": "\\ud800"}', b'{"slot": "\\u0000"}', b"[" * 100_000,
    b'{"a":' * 5_000, b'{"slot": ' + b"9" * 5_000 + b"}", b"\xff\xfe{}", b"\xef\xbb\xbf{}",
    b"slot=S-1&reason=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--", b"\x00",
]  # fmt: skip
IDS = [
    "0", "-1", "9223372036854775808", "1.5", "1e3", "1%20OR%201=1", "%00", "%ff", "%c0%ae", "A",
    "A-00000-00000-0", "a-7k2q9-xm4tr-c", "{ref}", "..", "%2e%2e", "x" * 500, "１", "%E5%BC%A0",
    "A-7K2Q9-XM4TR-C;x=1", "null",
]  # fmt: skip
KEYS = [None, "k", "", " ", "ä", "x" * 300, "a\tb", "same"]
