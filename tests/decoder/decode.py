#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent decoder of .bswap archives, written from engine/archive/FORMAT.md alone: if the document and the
program ever disagree, this is what notices.

  decode.py MODELS ARCHIVE OUT     restores the files of an archive below OUT; released models lie in MODELS

It knows the codecs stored, zstd and bitswap (rebuilding PNM files), which is what sample archives need; an entry of
another codec is an error that names it."""

import pathlib
import sys

import zstandard

from container import (DATA, DIRECTORY, DUPLICATE, FILE, IMAGE_HEADER, MODEL, RECIPE, SEGMENT, Reader, content_hash, must,
                       read_archive)
from model import Model
from picture import decode_picture


def unpack(frame):
    return zstandard.ZstdDecompressor().decompressobj().decompress(frame)


def rebuild_pnm(recipe, samples):
    reader = Reader(recipe)
    must(reader.number("B") == 1, "only 8-bit PNM files are rebuilt here")
    before, behind = reader.text(), reader.text()
    reader.end()
    return before + samples.tobytes() + behind


def content_of(entry, find_model):
    if entry.codec == b"stored":
        return b"".join(entry.payloads(DATA))
    if entry.codec == b"zstd":
        return unpack(b"".join(entry.payloads(DATA)))
    must(entry.codec == b"bitswap" and entry.format == b"pnm", f"{entry.path}: codec {entry.codec} is not known here")
    picture = decode_picture(entry.payloads(IMAGE_HEADER)[0], entry.payloads(SEGMENT), find_model)
    return rebuild_pnm(unpack(entry.payloads(RECIPE)[0]), picture)


def main(models, archive, out):
    released = {path.read_bytes()[-16:]: path for path in pathlib.Path(models).glob("*.model")}
    entries = read_archive(pathlib.Path(archive).read_bytes())
    carried = {entry.path.decode(): entry for entry in entries if entry.kind == MODEL}
    loaded = {}

    def find_model(name):
        if name not in loaded:
            own = carried.get(name.hex())
            loaded[name] = Model(content_of(own, None) if own else released[name].read_bytes())
        return loaded[name]

    contents = {}
    for entry in entries:
        place = pathlib.Path(out, *entry.path.decode().split("/"))
        if entry.kind == DIRECTORY:
            place.mkdir(parents=True, exist_ok=True)
        elif entry.kind in (FILE, DUPLICATE):
            data = contents[entry.target] if entry.kind == DUPLICATE else content_of(entry, find_model)
            must(len(data) == entry.size and content_hash(data) == entry.content_hash, f"{place}: wrong content")
            contents[entry.path] = data
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
