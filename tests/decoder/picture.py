# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the codec "bitswap": segments through model and rANS, after engine/archive/FORMAT.md and nothing else.

Slow and plain on purpose: one loop for each rule of the document."""

import struct

import numpy as np

from container import Reader, content_hash, must
from model import Distribution

M64 = (1 << 64) - 1
ORDER = (1, 0, 2)  # G, R, B


def ceil_half(n, by=2):
    return -(-n // by)


class Lane:
    def __init__(self, data, states, number, initial_words):
        must(len(data) >= 8 * states and (len(data) - 8 * states) % 4 == 0, "size of a lane")
        self.states = list(struct.unpack(f"<{states}Q", data[: 8 * states]))
        self.words = list(struct.unpack(f"<{(len(data) - 8 * states) // 4}I", data[8 * states :]))
        self.number, self.initial_words = number, initial_words

    def pop(self, distributions, decode):
        """decode(i, distribution) gets each value as soon as it is known."""
        for i, distribution in enumerate(distributions):
            k = i % len(self.states)
            x = self.states[k]
            slot = x & 0xFFFF
            d = distribution() if callable(distribution) else distribution
            value = d.find(slot)
            start = d.cumulative(value)
            x = (d.cumulative(value + 1) - start) * (x >> 16) + slot - start
            if x < 1 << 32:
                must(self.words, "a lane is too short")
                x = x << 32 | self.words.pop()
            self.states[k] = x
            decode(i, d, value)

    def push(self, distributions, values):
        for i in range(len(values) - 1, -1, -1):
            k, d = i % len(self.states), distributions[i]
            start = d.cumulative(values[i])
            freq = d.cumulative(values[i] + 1) - start
            x = self.states[k]
            if x >> 48 >= freq:
                self.words.append(x & 0xFFFFFFFF)
                x >>= 32
            self.states[k] = (x // freq << 16) + x % freq + start

    def must_be_at_start(self):
        must(all(x == 1 << 32 for x in self.states), "a segment does not end where it began")
        expected = [initial_word(self.number, k) for k in range(self.initial_words)]
        must(self.words[::-1] == expected, "initial words")


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
    return z ^ z >> 31


def initial_word(lane, k):
    return mix((mix((0x4269742D53776170 + lane) & M64) + (k + 1) * 0x9E3779B97F4A7C15) & M64) >> 32


def pad(plane, rows, columns):
    """Repeats the last row and column; 128 where there is no sample."""
    if plane.size == 0:
        return np.full((rows, columns), 128, np.int64)
    return np.pad(plane, ((0, rows - plane.shape[0]), (0, columns - plane.shape[1])), mode="edge")


def shifted(plane, dy, dx):
    rows = np.clip(np.arange(plane.shape[-2]) + dy, 0, plane.shape[-2] - 1)
    columns = np.clip(np.arange(plane.shape[-1]) + dx, 0, plane.shape[-1] - 1)
    return plane[..., rows[:, None], columns[None, :]]


def detail(samples, guess):
    return np.clip((16 * samples - guess + 2) >> 2, -127, 127)


def fold(planes, by, rows, columns):
    """[channels, finer rows, finer columns] onto a grid; the position in the square is slowest."""
    y = np.minimum(np.arange(rows * by), planes.shape[1] - 1)
    x = np.minimum(np.arange(columns * by), planes.shape[2] - 1)
    whole = planes[:, y[:, None], x[None, :]].reshape(-1, rows, by, columns, by)
    return whole.transpose(2, 4, 0, 1, 3).reshape(-1, rows, columns)


def repeated(planes, by, rows, columns):
    return planes[:, np.arange(rows)[:, None] // by, np.arange(columns)[None, :] // by]


def unfold_head(head, pool, rows, columns, outputs):
    """The outputs of each fine position, from a head on the coarse grid."""
    head = head.reshape(head.shape[0], head.shape[1], pool, pool, outputs)
    y, x = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return head[y // pool, x // pool, y % pool, x % pool]


class TileDecoder:
    def __init__(self, model, lanes, width, height, colours):
        self.model, self.lanes, self.colours = model, lanes, colours
        self.level = [(height, width)]
        for _ in range(model.levels):
            self.level.append(tuple(ceil_half(n) for n in self.level[-1]))
        self.latent_grid, grid = [], self.level[-1]
        for pool in model.pool:
            grid = tuple(ceil_half(n, pool) for n in grid)
            self.latent_grid.append(grid)
        self.stages = [("A", model.levels)]
        for r in range(model.levels - 1, -1, -1):
            self.stages += [("D", r), ("BC", r)]
        self.known = {}  # (component, level) -> planes [3, rows, columns], padded
        self.z = [None] * len(model.pool)

    def decode(self, schedule):
        top = len(self.z) - 1
        if schedule == 0:
            self.pop_prior(top)
            for i in range(top - 1, -1, -1):
                self.pop_prior(i)
                self.push_posterior(i + 1)
            self.pop_stages(0, self.model.latent_stages)
            self.push_posterior(0)
        else:
            for i in range(top, -1, -1):
                self.pop_prior(i)
            self.pop_stages(0, self.model.latent_stages)
            for i in range(top, -1, -1):
                self.push_posterior(i)
        self.pop_stages(self.model.latent_stages, len(self.stages))
        return self.a(0)

    def a(self, r):
        """A of level r - 1 (the picture for r = 0), put together from what is known."""
        if r == self.model.levels:
            return self.known["A", r]
        rows, columns = self.level[r]
        whole = np.empty((3, rows, columns), np.int64)
        for name, y, x in (("A", 0, 0), ("D", 1, 1), ("B", 0, 1), ("C", 1, 0)):
            part = whole[:, y::2, x::2]
            planes = self.a(r + 1) if name == "A" else self.known[name, r]
            part[:] = planes[:, : part.shape[1], : part.shape[2]]
        return whole

    # Latents

    def latent_distributions(self, i, head, guess):
        """[channels, rows, columns] of them; without a head under the model's prior."""
        rows, columns = self.latent_grid[i]
        c, model = self.model.channels, self.model
        out = np.empty((c, rows, columns), object)
        for k in range(c):
            for y in range(rows):
                for x in range(columns):
                    if head is None:
                        mean, scale = int(model.prior_mean[k]), int(model.prior_scale[k])
                    else:
                        mean = min(max(int(guess[k, y, x]) + int(head[y, x, k]), -1024), 5104)
                        scale = min(max(32 + (int(head[y, x, c + k]) + 8 >> 4), 0), 63)
                    out[k, y, x] = Distribution(model, mean, (scale,), 128)
        return out

    def prior(self, i):
        if i + 1 == len(self.z):
            return self.latent_distributions(i, None, None)
        pool, (rows, columns), above = self.model.pool[i + 1], self.latent_grid[i], self.z[i + 1]
        head = self.model.generative[i + 1].run(above.transpose(1, 2, 0) - 128)
        head = unfold_head(head, pool, rows, columns, 2 * self.model.channels)
        return self.latent_distributions(i, head, 16 * repeated(above, pool, rows, columns))

    def posterior(self, i):
        pool, (rows, columns) = self.model.pool[i], self.latent_grid[i]
        below = self.z[i - 1] if i else self.known["A", self.model.levels]
        seen = below
        if i == 0 and self.model.latent_stages > 1:
            seen, on = [], self.level[-1]
            for name, r in self.stages[: self.model.latent_stages]:
                by = 1 if name == "A" else 1 << (self.model.levels - 1 - r)
                seen += [fold(self.known[part, r], by, *on) for part in name]
            seen = np.concatenate(seen)
        head = self.model.posterior[i].run(fold(seen, pool, rows, columns).transpose(1, 2, 0) - 128)
        sums = fold(below, pool, rows, columns).reshape(pool * pool, -1, rows, columns).sum(0)
        guess = np.full((self.model.channels, rows, columns), 128 * 16)
        count = min(len(sums), len(guess))
        guess[:count] = 16 * sums[:count] // (pool * pool)
        return self.latent_distributions(i, head, guess)

    def for_lanes(self, rows):
        count = len(self.lanes)
        for number, lane in enumerate(self.lanes):
            yield lane, rows * number // count, rows * (number + 1) // count

    def pop_prior(self, i):
        distributions = self.prior(i)
        self.z[i] = np.zeros(distributions.shape, np.int64)
        for lane, begin, end in self.for_lanes(self.latent_grid[i][0]):
            part = self.z[i][:, begin:end]
            values = []
            lane.pop(distributions[:, begin:end].ravel(), lambda _i, _d, value: values.append(value))
            part[:] = np.array(values, np.int64).reshape(part.shape)

    def push_posterior(self, i):
        distributions = self.posterior(i)
        for lane, begin, end in self.for_lanes(self.latent_grid[i][0]):
            lane.push(distributions[:, begin:end].ravel(), self.z[i][:, begin:end].ravel().tolist())

    # Pixels

    def pop_stages(self, begin, end):
        for number in range(begin, end):
            self.pop_stage(number)

    def stage(self, number):
        """Names of the components, their grid, real sizes, guesses and the head's outputs."""
        name, r = self.stages[number]
        model, per_pixel = self.model, self.model.pixel_outputs
        if name == "A":
            rows, columns = self.level[r]
            z1, pool = self.z[0], model.pool[0]
            head = unfold_head(model.generative[0].run(z1.transpose(1, 2, 0) - 128), pool, rows, columns, per_pixel)
            guess = 16 * repeated(z1[:3] if len(z1) >= 3 else z1[[0, 0, 0]], pool, rows, columns)
            return name, (rows, columns), [(rows, columns)], [guess], head
        a = self.a(r + 1)
        rows, columns = self.level[r + 1]
        height, width = self.level[r]
        if name == "D":
            sizes = [(height // 2, width // 2)]
            guesses = [4 * (a + shifted(a, 0, 1) + shifted(a, 1, 0) + shifted(a, 1, 1))]
            inputs = [a - 128, detail(a, guesses[0])]
        else:
            d = self.known["D", r]
            sizes = [(rows, width // 2), (height // 2, columns)]
            guesses = [4 * (a + shifted(a, 0, 1) + shifted(d, -1, 0) + d),
                       4 * (a + shifted(a, 1, 0) + shifted(d, 0, -1) + d)]
            inputs = [a - 128, d - 128, detail(a, guesses[0]), detail(d, guesses[1])]
        if number < model.latent_stages:
            inputs.append(repeated(self.z[0], model.pool[0] << (model.levels - 1 - r), rows, columns) - 128)
        head = model.level[r, name].run(np.concatenate(inputs).transpose(1, 2, 0))
        return name, (rows, columns), sizes, guesses, head

    def pop_stage(self, number):
        names, (rows, columns), sizes, guesses, head = self.stage(number)
        planes = [np.zeros((3, *size), np.int64) for size in sizes]
        for lane, begin, end in self.for_lanes(rows):
            places = [(k, y, x) for k, (height, width) in enumerate(sizes)
                      for y in range(begin, min(end, height)) for x in range(width)]
            self.pop_pixels(lane, places, planes, guesses, head)
        for name, plane in zip(names, planes):
            self.known[name, self.stages[number][1]] = np.stack([pad(p, rows, columns) for p in plane])

    def pop_pixels(self, lane, places, planes, guesses, head):
        """The three blocks of a lane: G, R, B of its places; only G for a grey plane."""
        model = self.model
        errors, weights = [[0, 0] for _ in places], [128] * len(places)
        for step in range(3 if self.colours == 3 else 1):
            colour = ORDER[step]

            def distribution(i):
                k, y, x = places[i]
                h = [int(v) for v in head[y, x, k * model.pixel_outputs : (k + 1) * model.pixel_outputs]]
                mean = int(guesses[k][colour, y, x]) + h[colour]
                first = 3 + 3 * model.mixtures
                if model.coupling:
                    for other in range(step):
                        factor = min(max(h[first + max(step - 1, 0) + other] + 1 >> 1, -256), 256)
                        mean += factor * errors[i][other] >> 6
                if step == 0 and model.mixtures > 1:
                    weights[i] = int(model.weight[min(max(h[first + 3 * model.coupling] + 4 >> 3, -128), 127) + 128])
                scales = [min(max(32 + (h[3 + 3 * m + colour] + 8 >> 4), 0), 63) for m in range(model.mixtures)]
                return Distribution(model, min(max(mean, -1024), 5104), scales, weights[i])

            def use(i, d, value):
                k, y, x = places[i]
                planes[k][colour if self.colours == 3 else slice(None), y, x] = value
                weights[i] = d.updated_weight(value)
                if step < 2:
                    errors[i][step] = 16 * value - d.mean

            lane.pop([lambda i=i: distribution(i) for i in range(len(places))], use)


def cut(n, t, grid):
    """Where the tiles of one side begin, and its end."""
    units, size = -(-n // grid), max(t // grid, 1)
    parts = -(-units // size)
    return [i * units // parts * grid for i in range(parts)] + [n]


def decode_segment(model, payload, tiles, colours, schedule):
    """tiles: (width, height) each; the decoded planes [3, height, width] of each."""
    samples = sum(w * h for w, h in tiles) * colours
    lanes = min(max((samples + (1 << 17)) >> 18, 1), 64)
    states = 1 << min(max(samples // lanes // 8192, 1), 32).bit_length() - 1
    reader = Reader(payload)
    sizes = [(reader.varint(), reader.varint()) for _ in range(lanes)]
    stacks = [Lane(reader.take(size), states, number, initial) for number, (initial, size) in enumerate(sizes)]
    reader.end()
    decoded = [TileDecoder(model, stacks, w, h, colours).decode(schedule) for w, h in tiles[::-1]][::-1]
    for lane in stacks:
        lane.must_be_at_start()
    return decoded


def to_rgb(coding, planes):
    """Cr, Y, Cb planes to R, G, B."""
    cr, y, cb = planes
    if coding == 5:
        part = lambda f, v: (f * (v - 128) + 32768) >> 16
        rgb = (y + part(91881, cr), y + ((-22554 * (cb - 128) - 46802 * (cr - 128) + 32768) >> 16), y + part(116130, cb))
    elif coding == 6:
        m = lambda f, v: (f * v) >> 8
        rgb = ((m(19077, y) + m(26149, cr) - 14234) >> 6, (m(19077, y) - m(6419, cb) - m(13320, cr) + 8708) >> 6,
               (m(19077, y) + m(33050, cb) - 17685) >> 6)
    else:
        r, b = 119374 * (cr - 137), 145352 * (cb - 156)
        rgb = ((89024 * y + r) >> 16, (89024 * y - 12714 * (b >> 16) - 33358 * (r >> 16)) >> 16, (89024 * y + b) >> 16)
    return np.clip(np.stack(rgb), 0, 255)


def decode_picture(header, segments, find_model):
    """The samples of a picture: rows, pixels, channels."""
    reader = Reader(header)
    version = reader.number("B")
    model = find_model(reader.take(16))
    width, height, channels = reader.varint(), reader.varint(), reader.number("B")
    colour, alpha, alpha_value = (reader.number("B") for _ in range(3))
    tile_size, schedule, samples_hash = reader.number("H"), reader.number("B"), reader.take(32)
    reader.end()
    must(1 <= version <= 6, "version of a picture")
    grid = 16 if version in (5, 6) else 1
    xs, ys = cut(width, tile_size, grid), cut(height, tile_size, grid)
    tiles = [(x0, y0, x1 - x0, y1 - y0) for y0, y1 in zip(ys, ys[1:]) for x0, x1 in zip(xs, xs[1:])]
    groups = [tiles] if model.chained else [[t] for t in tiles]
    picture = np.zeros((height, width, channels), np.uint8)
    coded = iter(segments)

    def decode(colours, place):
        for group in groups:
            planes = decode_segment(model, next(coded), [t[2:] for t in group], colours, schedule)
            for (x, y, w, h), tile in zip(group, planes):
                place(picture[y : y + h, x : x + w], tile)

    def place_colours(to, tile):
        if colour in (1, 4):
            to[..., : 3 if channels > 2 else 1] = tile[0, ..., None]
        else:
            to[..., :3] = (to_rgb(colour, tile) if colour >= 5 else tile).transpose(1, 2, 0)

    def place_alpha(to, tile):
        to[..., -1] = tile[0]

    decode(1 if colour in (1, 4) else 3, place_colours)
    if alpha == 1:
        picture[..., -1] = alpha_value
    if alpha == 2:
        decode(1, place_alpha)
    must(next(coded, None) is None, "too many segments")
    must(content_hash(picture.tobytes()) == samples_hash, "the samples have another hash")
    return picture
