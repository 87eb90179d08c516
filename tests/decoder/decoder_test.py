# SPDX-License-Identifier: GPL-3.0-or-later
"""decoder_test.py PROGRAM SOURCE: the independent decoder restores the golden archives, and what the program writes now
(grey and colour, odd sizes, several tiles of one segment and of many lanes, every released model)."""

import filecmp
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import decode

program, source = sys.argv[1], pathlib.Path(sys.argv[2])


def photo_like(width, height, channels, seed):
    """Smooth, with edges and a little noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    planes = [120 + 70 * np.sin(x / 17 + c) + 40 * np.cos(y / 11 - c) + 30 * ((x + 2 * y) // 40 % 2) for c in range(channels)]
    return np.clip(np.stack(planes, -1) + random.normal(0, 3, (height, width, channels)), 0, 255).astype(np.uint8)


def write_pnm(path, samples):
    height, width, channels = samples.shape
    path.write_bytes(b"P%d\n%d %d\n255\n" % (5 if channels == 1 else 6, width, height) + samples.tobytes())


def check(archive, expected):
    with tempfile.TemporaryDirectory() as out:
        decode.main(source / "models", archive, out)
        files = sorted(p.relative_to(out) for p in pathlib.Path(out).rglob("*") if p.is_file())
        if expected is None:
            print(f"{archive.name}: {len(files)} files with the hashes that the archive says")
            return len(files)
        for name in files:
            assert filecmp.cmp(pathlib.Path(out, name), pathlib.Path(expected, name), shallow=False), f"{name} differs"
        assert len(files) == sum(p.is_file() for p in pathlib.Path(expected).rglob("*")), "files are missing"
        print(f"{archive.name}: {len(files)} files byte for byte")
        return len(files)


count = sum(check(archive, None) for archive in sorted((source / "tests/golden/pictures").glob("*.bswap")))
names = [model["name"] for model in json.loads(subprocess.check_output([program, "models", "--json"]))["models"]]
with tempfile.TemporaryDirectory() as work:
    work = pathlib.Path(work)
    for number, name in enumerate(names):
        folder = work / name / "in"
        folder.mkdir(parents=True)
        write_pnm(folder / "colour.ppm", photo_like(61 + 3 * number, 37, 3, number))
        write_pnm(folder / "grey.pgm", photo_like(50, 23 + 2 * number, 1, number))
        write_pnm(folder / "dot.ppm", photo_like(1, 1, 3, number))
        (folder / "text.txt").write_text("a file that is not a picture\n" * 20)
        archive = work / f"{name}.bswap"
        subprocess.run([program, "compress", ".", "-o", archive, "--model", name, "--codec", "bitswap", "--quiet"],
                       cwd=folder, check=True)
        count += check(archive, folder.parent)
assert count > 4 * len(names), "nothing was decoded"
print(f"{count} files passed")
