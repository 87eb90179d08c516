# SPDX-License-Identifier: GPL-3.0-or-later
"""Model files, integer networks and distributions, after engine/archive/FORMAT.md and nothing else."""

import numpy as np
import xxhash

from container import Reader, must


class Model:
    def __init__(self, data):
        must(data[:4] == b"BSWM" and xxhash.xxh3_128_digest(data[:-16]) == data[-16:], "model file")
        self.hash = data[-16:]
        reader = Reader(data[:-16])
        reader.take(4)
        must(reader.number("H") in (1, 2), "version of a model file")
        reader.text()  # name
        self.levels, latents = reader.number("B"), reader.number("B")
        self.pool = [reader.number("B") for _ in range(latents)]
        self.channels = reader.number("B")
        latent_shape = (reader.number("H"), reader.number("B"))
        level_shape = [(reader.number("H"), reader.number("B")) for _ in range(self.levels)]
        self.mixtures = reader.number("B")
        self.coupling = reader.number("B") & 1
        self.latent_stages = reader.number("B")
        self.tile_size = reader.number("H")
        self.chained = reader.number("B")
        self.logistic = np.frombuffer(reader.take(4 * 2049), "<u4").astype(np.int64)
        self.inverse_scale = np.frombuffer(reader.take(4 * 64), "<u4").astype(np.int64)
        self.weight = np.frombuffer(reader.take(256), np.uint8).astype(np.int64)
        self.prior_mean = np.frombuffer(reader.take(2 * self.channels), "<i2").astype(np.int64)
        self.prior_scale = np.frombuffer(reader.take(self.channels), np.uint8).astype(np.int64)

        self.pixel_outputs = 3 + 3 * self.mixtures + 3 * self.coupling + (self.mixtures > 1)
        self.posterior, self.generative, self.level = [], [], {}
        seen = seen_channels(self.latent_stages)
        for i, pool in enumerate(self.pool):
            read = (seen if i == 0 else self.channels) * pool * pool
            self.posterior.append(Network(reader, read, *latent_shape, 2 * self.channels))
            outputs = self.pixel_outputs if i == 0 else 2 * self.channels
            self.generative.append(Network(reader, self.channels, *latent_shape, outputs * pool * pool))
        for r in range(self.levels - 1, -1, -1):
            d, bc = 1 + 2 * (self.levels - 1 - r), 2 + 2 * (self.levels - 1 - r)
            extra = [self.channels if stage < self.latent_stages else 0 for stage in (d, bc)]
            self.level[r, "D"] = Network(reader, 6 + extra[0], *level_shape[r], self.pixel_outputs)
            self.level[r, "BC"] = Network(reader, 12 + extra[1], *level_shape[r], 2 * self.pixel_outputs)
        reader.end()


def seen_channels(stages):
    """Channels of the components of the first stages, folded onto the grid of the last A."""
    channels, scale = 3, 1
    for stage in range(1, stages):
        channels += 3 * scale if stage % 2 else 6 * scale
        scale *= 1 if stage % 2 else 4
    return channels


class Network:
    def __init__(self, reader, inputs, width, blocks, outputs):
        shapes = [(inputs, width, 3, False)]
        for _ in range(blocks):
            shapes += [(width, width, 3, False), (width, width, 1, True)]
        shapes.append((width, outputs, 1, False))
        self.layers = []
        for i, o, k, skip in shapes:
            shift = np.frombuffer(reader.take(o), np.uint8).astype(np.int64)
            bias = np.frombuffer(reader.take(4 * o), "<i4").astype(np.int64)
            weights = np.frombuffer(reader.take(o * k * k * i), np.int8).astype(np.int64).reshape(o, k, k, i)
            self.layers.append((weights, bias, shift, skip))

    def run(self, x):
        """x: [rows, columns, channels]; the head's outputs in the same layout."""
        before = None
        for number, (weights, bias, shift, skip) in enumerate(self.layers):
            radius = weights.shape[1] // 2
            rows, columns, _ = x.shape
            padded = np.pad(x, ((radius, radius), (radius, radius), (0, 0)))
            acc = np.broadcast_to(bias, (rows, columns, len(bias))).copy()
            for ky in range(weights.shape[1]):
                for kx in range(weights.shape[2]):
                    acc += padded[ky : ky + rows, kx : kx + columns] @ weights[:, ky, kx].T
            if skip:
                acc += before << shift
            head = number + 1 == len(self.layers)
            s = shift - 3 if head else shift
            y = (acc + ((1 << s) >> 1)) >> s
            before, x = x, np.clip(y, -32768, 32767) if head else np.clip(y, 0, 127)
        return x


class Distribution:
    """One sample's: mean in 1/16, two scale indices, weight of the first in 1/128."""

    def __init__(self, model, mean, scales, weight):
        self.model, self.mean, self.scales, self.weight = model, mean, scales, weight

    def logistic_at(self, scale, t):
        u = (t * int(self.model.inverse_scale[scale])) >> 8
        if u <= -65536:
            return 0
        if u >= 65536:
            return 65280 * 256
        v = u + 65536
        low, high = int(self.model.logistic[v >> 6]), int(self.model.logistic[(v >> 6) + 1])
        return low + (((high - low) * (v & 63)) >> 6)

    def cumulative(self, x):
        if x in (0, 256):
            return 65536 if x else 0
        t = 16 * x - 8 - self.mean
        f = self.logistic_at(self.scales[0], t)
        if self.weight < 128:
            f = (self.weight * f + (128 - self.weight) * self.logistic_at(self.scales[1], t)) >> 7
        return x + (f >> 8)

    def find(self, slot):
        low, high = 0, 256
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.cumulative(middle) <= slot else (low, middle)
        return low

    def updated_weight(self, x):
        if self.weight == 128:
            return 128
        t = 16 * x - 8 - self.mean
        p = []
        for scale, weight in zip(self.scales, (self.weight, 128 - self.weight)):
            below = 0 if x == 0 else self.logistic_at(scale, t)
            upto = 65280 * 256 if x == 255 else self.logistic_at(scale, t + 16)
            p.append(weight * ((upto - below) >> 8) + weight)
        return min(max((128 * p[0] + sum(p) // 2) // sum(p), 1), 127)
