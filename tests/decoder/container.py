# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the container of a .bswap archive, after engine/archive/FORMAT.md and nothing else."""

import hashlib
import struct
from dataclasses import dataclass, field

import xxhash

MAGIC = bytes.fromhex("89425357500D0A1A")
END_MAGIC = bytes.fromhex("42535750454E440A")
DIRECTORY, FILE, LINK, DUPLICATE, MODEL = 2, 1, 3, 4, 5
DATA, RECIPE, IMAGE_HEADER, SEGMENT = 1, 2, 3, 4


def content_hash(data):
    """What an entry says of the bytes that must come back."""
    return hashlib.blake2b(data, digest_size=32).digest()


class FormatError(Exception):
    """The archive breaks a rule of FORMAT.md."""


def must(condition, sentence):
    if not condition:
        raise FormatError(sentence)


class Reader:
    """Takes little-endian fields off the front of some bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        must(count <= len(self.data) - self.at, "truncated")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, code):
        return struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.number("B")
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                must(byte != 0 or shift == 7, "a varint is not the shortest")
                must(value < 1 << 64, "a varint is too large")
                return value

    def text(self):
        return self.take(self.varint())

    def end(self):
        must(self.at == len(self.data), "bytes behind the last field")


@dataclass
class Entry:
    kind: int
    exactness: int
    size: int
    content_hash: bytes
    codec: bytes
    format: bytes
    path: bytes
    target: bytes
    sections: list = field(default_factory=list)  # of (type, payload)

    def payloads(self, kind):
        return [payload for section, payload in self.sections if section == kind]


def xxh64(data):
    return xxhash.xxh3_64_intdigest(data)


def read_body(body):
    reader = Reader(body)
    kind, exactness = reader.number("B"), reader.number("B")
    reader.number("H")  # permissions
    size = reader.number("Q")
    reader.number("q"), reader.number("I")  # modification time
    entry = Entry(kind, exactness, size, reader.take(len(content_hash(b""))), reader.text(), reader.text(), reader.text(),
                  reader.text())
    reader.end()
    return entry





def read_archive(data):
    """The entries with all their sections; every checksum on the way is compared."""
    must(data[:8] == MAGIC, "no archive")
    header = Reader(data[:32])
    header.take(8)
    major, _, features, archive_id, check = (header.number(code) for code in "HHIQQ")
    must(check == xxh64(data[:24]) and major == 1 and features == 0, "file header")
    footer = Reader(data[-48:])
    index_at, index_size, index_check, footer_id, footer_check = (footer.number("Q") for _ in range(5))
    must(footer.take(8) == END_MAGIC and footer_check == xxh64(data[-48:-16]), "footer")
    must(footer_id == archive_id and index_at >= 32 and index_at + index_size + 48 == len(data), "footer")
    index_bytes = data[index_at : index_at + index_size]
    must(xxh64(index_bytes) == index_check, "index")

    index, body, entries = Reader(index_bytes), Reader(data[:index_at]), []
    body.take(32)
    for _ in range(index.varint()):
        record = index.take(index.varint())
        entry = read_body(record)
        begin = body.at
        must(body.take(4) == bytes.fromhex("E5425345") and body.number("Q") == archive_id, "entry marker")
        must(body.take(body.number("H")) == record, "the index does not say what the entry says")
        header_check = xxh64(data[begin : body.at])
        must(body.number("Q") == header_check, "entry header")
        sections = index.varint()
        for _ in range(sections):
            kind, size = index.varint(), index.varint()
            entry.sections.append((kind, read_section(body, kind, size)))
        read_end(body, sections, header_check)
        entries.append(entry)
    index.end()
    must(body.at == index_at, "the last entry does not end at the index")
    return entries


def read_section(body, kind, size):
    head = body.take(14)
    must(body.number("I") == xxh64(head) & 0xFFFFFFFF, "head of a section")
    must(struct.unpack("<HI", head[:6]) == (kind, size), "the index does not say what the section says")
    payload = body.take(size)
    must(struct.unpack("<Q", head[6:])[0] == xxh64(payload), "payload of a section")
    return payload


def read_end(body, sections, header_check):
    head = body.take(14)
    must(struct.unpack("<HIQ", head) == (0, sections, header_check), "end record")
    must(body.number("I") == xxh64(head) & 0xFFFFFFFF, "check of the end record")
