#!/usr/bin/env python3
"""Draws photos of products that do not exist, by sphere tracing. Needs numpy and ffmpeg.

Usage: make-sample-photos.py FOLDER [scale, default 1] [name…]

Writes mug.jpg, lamp.jpg and bag.jpg, upright at 9:16. The bottle has a script of its own.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 576, 1024
# One shadow ray a sample: what is soft comes from many samples.
SAMPLES = 3
ROWS = 32
FAR = 14.0


def vector(*parts):
    return np.array(parts, np.float32)


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def step(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


# ---- shapes: signed distances; the ground is y = 0 ----------------------------------------------


def cylinder(p, bottom, top, radius, edge=0.03):
    half = (top - bottom) / 2
    across = np.hypot(p[:, 0], p[:, 2]) - radius + edge
    along = np.abs(p[:, 1] - bottom - half) - half + edge
    outside = np.hypot(np.maximum(across, 0), np.maximum(along, 0))
    return np.minimum(np.maximum(across, along), 0) + outside - edge


def box(p, half, edge=0.02):
    q = np.abs(p) - (vector(*half) - edge)
    return np.minimum(q.max(-1), 0) + np.linalg.norm(np.maximum(q, 0), axis=-1) - edge


def ring(p, radius, thick, tall=0.0):
    """A ring standing in the plane of x and y, stretched upwards by `tall`."""
    y = p[:, 1] - np.clip(p[:, 1], -tall, tall)
    return np.hypot(np.hypot(p[:, 0], y) - radius, p[:, 2]) - thick


def ellipsoid(p, radii):
    q = p / vector(*radii)
    length = np.linalg.norm(q, axis=-1)
    slope = np.linalg.norm(q / vector(*radii), axis=-1)
    return length * (length - 1) / np.maximum(slope, 1e-6)


def turned(p, angle, at=(0, 0, 0)):
    """The point as seen by something at `at` that is turned about the vertical."""
    q = p - vector(*at)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * q[:, 0] - s * q[:, 2], q[:, 1], s * q[:, 0] + c * q[:, 2]], -1)


def tilted(p, angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([p[:, 0], c * p[:, 1] - s * p[:, 2], s * p[:, 1] + c * p[:, 2]], -1)


def merged(a, b, soft):
    h = np.clip(0.5 + 0.5 * (b - a) / soft, 0, 1)
    return b + (a - b) * h - soft * h * (1 - h)


def cells(p, size, seed=0.0):
    """A number from 0 to 1 for each little cube of space, and the place within the cube."""
    q = p / size
    corner = np.floor(q)
    mix = np.sin(corner @ vector(127.1, 311.7, 74.7) + seed).astype(np.float64) * 43758.5453
    return (mix - np.floor(mix)).astype(np.float32), q - corner - 0.5


# ---- what a picture is made of ------------------------------------------------------------------


@dataclass
class Part:
    shape: object
    colour: object
    gloss: float = 0.04
    glow: object = None
    mirror: bool = False


@dataclass
class Photo:
    parts: list
    eye: tuple
    target: tuple
    lens: float
    ground: tuple
    wall: tuple
    sun: tuple = (2.5, 2.35, 2.15)
    room: tuple = (0.50, 0.53, 0.57)
    light: tuple = (-3.6, 5.2, 3.4)
    light_size: float = 0.45
    lamp: tuple = None
    middle: tuple = (0, 0.8, 0)
    reach: float = 2.2
    horizon: tuple = (-1.0, -3.6)
    shade: object = None

    def distance(self, p):
        return np.minimum.reduce([part.shape(p) for part in self.parts])

    def march(self, origin, way, far, steps=110):
        """How far each ray goes until it meets something, or `far`."""
        t = np.full(len(origin), far, np.float32)
        # Rays that pass the sphere around everything need no steps.
        to = vector(*self.middle) - origin
        along = (to * way).sum(-1)
        miss = (to**2).sum(-1) - along**2
        inside = self.reach**2 - miss
        alive = np.flatnonzero((inside > 0) & (along + np.sqrt(np.maximum(inside, 0)) > 0))
        t[alive] = np.maximum(along[alive] - np.sqrt(inside[alive]), 0)
        leave = along + np.sqrt(np.maximum(inside, 0))
        for _ in range(steps):
            if len(alive) == 0:
                break
            d = self.distance(origin[alive] + way[alive] * t[alive, None])
            t[alive] += d * 0.85
            gone = t[alive] > leave[alive]
            t[alive[gone]] = far
            alive = alive[~gone & (d > 6e-4)]
        return np.minimum(t, far)

    def normal(self, p):
        e = 1.5e-3
        corners = [vector(1, -1, -1), vector(-1, -1, 1), vector(-1, 1, -1), vector(1, 1, 1)]
        return unit(sum(c * self.distance(p + c * e)[:, None] for c in corners))


def lit(photo, p, normal, rng):
    """The light that arrives at each point."""
    spread = rng.normal(0, photo.light_size, p.shape).astype(np.float32)
    way = vector(*photo.light) + spread - p
    way = unit(way)
    facing = np.maximum((normal * way).sum(-1), 0)
    seen = np.zeros(len(p), np.float32)
    front = np.flatnonzero(facing > 0)
    seen[front] = photo.march(p[front] + normal[front] * 0.012, way[front], 9.0, 45) > 8.9
    open_sky = occlusion(photo, p, normal)[:, None]
    up = (0.62 + 0.38 * normal[:, 1])[:, None]
    out = (facing * seen)[:, None] * vector(*photo.sun) + open_sky * up * vector(*photo.room)
    out += open_sky * np.maximum(-normal[:, 1], 0)[:, None] * vector(*photo.ground) * 0.5
    if photo.lamp is not None:
        out += lamp_light(photo, p, normal) * open_sky
    return out, open_sky


def occlusion(photo, p, normal):
    """How much of the room each point sees, 0 to 1."""
    near = np.zeros(len(p), np.float32)
    close = np.linalg.norm(p - vector(*photo.middle), axis=-1) < photo.reach + 0.5
    p, normal = p[close], normal[close]
    for i, h in enumerate((0.04, 0.11, 0.26, 0.5)):
        q = p + normal * h
        hidden = np.maximum(h - np.minimum(photo.distance(q), q[:, 1]), 0)
        near[close] += hidden / h * 0.3 / (1 + 0.5 * i)
    return np.clip(1 - near, 0.1, 1)


def lamp_light(photo, p, normal):
    place, colour = photo.lamp
    way = vector(*place) - p
    far = np.linalg.norm(way, axis=-1)
    facing = np.clip((normal * way).sum(-1) / far, 0, 1)
    t = photo.march(p + normal * 0.02, way / far[:, None], FAR, 40)
    seen = step(-0.25, 0.0, t - far + 0.2)
    return (facing * seen / (0.25 + far**2))[:, None] * vector(*colour)


def mirrored_room(photo, way):
    """What a glossy surface shows: a dim room with two tall windows and a low strip."""
    up = step(-0.4, 1.0, way[:, 1])[:, None]
    room = vector(*photo.wall) * (0.35 + 0.35 * up)
    angle, height = np.arctan2(way[:, 0], way[:, 2]), way[:, 1]

    def pane(a, b, low, high, soft):
        return (step(a - soft, a + soft, angle) * step(b + soft, b - soft, angle)
                * step(low - soft, low + soft, height) * step(high + soft, high - soft, height))

    light = pane(-1.3, -0.95, 0.0, 0.8, 0.06) + pane(-0.88, -0.55, 0.0, 0.8, 0.06)
    light = light * 2.6 + pane(1.1, 1.5, -0.2, 0.7, 0.12) * 0.8
    return room + light[:, None] * vector(*photo.sun) * 0.45


def shade_parts(photo, p, way, rng, bounces):
    index = np.argmin(np.stack([part.shape(p) for part in photo.parts]), 0)
    normal = photo.normal(p)
    light, open_sky = lit(photo, p, normal, rng)
    out = np.zeros_like(p)
    reflected = way - 2 * (way * normal).sum(-1, keepdims=True) * normal
    grazing = (1 - np.clip(-(way * normal).sum(-1), 0, 1)) ** 5
    room = mirrored_room(photo, reflected)
    for i, part in enumerate(photo.parts):
        mine = np.flatnonzero(index == i)
        if len(mine) == 0:
            continue
        if part.mirror and bounces:
            seen = trace(photo, p[mine] + normal[mine] * 0.01, reflected[mine], rng, bounces - 1)
            out[mine] = seen * vector(0.88, 0.91, 0.90)
            continue
        q = p[mine]
        colour = part.colour(q) if callable(part.colour) else vector(*part.colour)
        fresnel = (part.gloss + (1 - part.gloss) * grazing[mine] * part.gloss / 0.06)[:, None]
        out[mine] = colour * light[mine] + fresnel * room[mine] * open_sky[mine]
        if part.glow is not None:
            out[mine] += part.glow(q) if callable(part.glow) else vector(*part.glow)
    return out


def shade_stage(photo, origin, way, rng):
    """The ground, which bends up into the wall without an edge."""
    height = np.clip(way[:, 1] / np.maximum(-way[:, 2], 0.2), -1, 1.2)
    side = way[:, 0] / np.maximum(-way[:, 2], 0.2)
    pool = np.exp(-((side + 0.12) ** 2 / 0.22 + (height - 0.02) ** 2 / 0.30))[:, None]
    wall = vector(*photo.wall) * (0.72 + 0.5 * pool)
    if photo.shade is not None:
        wall = wall * photo.shade(side, height)[:, None]
    down = np.flatnonzero(way[:, 1] < -1e-3)
    t = -origin[down, 1] / way[down, 1]
    p = origin[down] + way[down] * t[:, None]
    near = t < FAR
    down, p = down[near], p[near]
    normal = np.broadcast_to(vector(0, 1, 0), p.shape)
    light, _ = lit(photo, p, normal, rng)
    blend = step(photo.horizon[0], photo.horizon[1], p[:, 2])[:, None]
    wall[down] = vector(*photo.ground) * light * (1 - blend) + wall[down] * blend
    return wall


def trace(photo, origin, way, rng, bounces=1):
    t = photo.march(origin, way, FAR)
    plane = np.where(way[:, 1] < -1e-4, -origin[:, 1] / np.minimum(way[:, 1], -1e-4), np.inf)
    hit = (t < FAR - 0.01) & (t < plane)
    out = np.zeros_like(way)
    if hit.any():
        p = origin[hit] + way[hit] * t[hit, None]
        out[hit] = shade_parts(photo, p, way[hit], rng, bounces)
    if not hit.all():
        out[~hit] = shade_stage(photo, origin[~hit], way[~hit], rng)
    return out


def render(photo, scale):
    rng = np.random.default_rng(7)
    w, h = round(WIDTH * scale), round(HEIGHT * scale)
    forward = unit(vector(*photo.target) - vector(*photo.eye))
    right = unit(np.cross(forward, vector(0, 1, 0)))
    upward = np.cross(right, forward)
    image = np.zeros((h, w, 3), np.float32)
    for top in range(0, h, ROWS):
        yy, xx = np.mgrid[top : min(top + ROWS, h), 0:w].astype(np.float32)
        for n in range(SAMPLES**2):
            dx, dy = (n % SAMPLES + rng.random()) / SAMPLES, (n // SAMPLES + rng.random()) / SAMPLES
            x = ((xx + dx) / w * 2 - 1).ravel()[:, None]
            y = ((1 - (yy + dy) / h * 2) * h / w).ravel()[:, None]
            way = unit(forward * photo.lens + right * x + upward * y).astype(np.float32)
            origin = np.broadcast_to(vector(*photo.eye), way.shape)
            image[top : top + ROWS] += film(trace(photo, origin, way, rng)).reshape(-1, w, 3)
    return image / SAMPLES**2, rng


def film(linear):
    x = np.maximum(linear, 0) * 0.52
    return np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1) ** (1 / 2.2)


# ---- a mug in its box -----------------------------------------------------------------


def mug_at(p):
    return turned(p, -0.5, (0.0, 0.40, 0.10))


def mug(p):
    q = mug_at(p)
    body = np.maximum(cylinder(q, 0, 1.06, 0.50, 0.06), -cylinder(q, 0.08, 1.4, 0.435, 0.05))
    handle = ring(q - vector(0.52, 0.55, 0), 0.24, 0.066, 0.10)
    handle = np.maximum(handle, -cylinder(q, -1, 2, 0.46, 0.01))
    return merged(body, handle, 0.06)


def glaze(p):
    q = mug_at(p)
    chance, place = cells(q, 0.045)
    spot = (chance > 0.88) & (np.linalg.norm(place, axis=-1) < 0.16 + 0.2 * (chance - 0.88) / 0.12)
    clay = step(0.20, 0.17, q[:, 1] + 0.012 * np.sin(q[:, 0] * 9))[:, None]
    mint = vector(0.30, 0.62, 0.47) * (1 - 0.55 * spot[:, None])
    return mint * (1 - clay) + vector(0.56, 0.42, 0.29) * clay


def carton(p):
    q = turned(p, 0.16)
    wall = np.maximum(
        box(q - vector(0, 0.42, 0), (1.00, 0.42, 0.84), 0.015),
        -box(q - vector(0, 0.60, 0), (0.96, 0.55, 0.80), 0.01))
    sides = np.stack([np.abs(q[:, 0]), q[:, 1], q[:, 2]], -1) - vector(1.02, 0.84, 0)
    c, s = np.cos(0.55), np.sin(0.55)
    leaf = np.stack([c * sides[:, 0] - s * sides[:, 1], s * sides[:, 0] + c * sides[:, 1],
                     sides[:, 2]], -1)
    flaps = box(leaf - vector(0.30, 0, 0), (0.30, 0.018, 0.82), 0.012)
    back = tilted(q - vector(0, 0.84, -0.84), 0.85)
    front = tilted(q - vector(0, 0.84, 0.84), 0.75)
    lids = np.minimum(
        box(back - vector(0, 0.34, 0), (0.98, 0.34, 0.018), 0.012),
        box(front - vector(0, -0.02, 0.30), (0.98, 0.018, 0.30), 0.012))
    return np.minimum(wall, np.minimum(flaps, lids))


def kraft(p):
    grain = np.sin(p[:, 0] * 61 + 3 * np.sin(p[:, 1] * 17)) * np.sin(p[:, 1] * 83 + p[:, 2] * 40)
    return vector(0.50, 0.345, 0.205) * (1 + 0.025 * grain)[:, None]


def tissue(p):
    q = turned(p, 0.16)
    fold = (0.055 * np.sin(q[:, 0] * 7.1 + 2.2 * np.sin(q[:, 2] * 4.3))
            + 0.045 * np.sin(q[:, 2] * 9.3 + 1.7 * np.sin(q[:, 0] * 5.9))
            + 0.030 * np.abs(np.sin(q[:, 0] * 13 - q[:, 2] * 11)))
    q[:, 1] -= 0.30 + fold
    return box(q, (0.95, 0.30, 0.79), 0.05) * 0.6


MUG = Photo(
    parts=[
        Part(mug, glaze, 0.05), Part(carton, kraft, 0.008),
        Part(tissue, (0.80, 0.77, 0.71), 0.008)],
    eye=(0.35, 5.0, 5.3), target=(0.03, 0.62, 0.0), lens=3.75,
    ground=(0.72, 0.37, 0.25), wall=(0.95, 0.50, 0.36), middle=(0, 0.7, 0), reach=1.95,
    horizon=(-2.5, -5.0))


# ---- a lamp at dusk -----------------------------------------------------------------


def shade_of_lamp(p):
    q = p - vector(0, 1.22, 0)
    dome = np.maximum(ellipsoid(q, (0.86, 0.66, 0.86)), -q[:, 1])
    hollow = np.maximum(ellipsoid(q, (0.81, 0.61, 0.81)), -q[:, 1] - 0.05)
    return np.maximum(dome, -hollow) - 0.012


def stem(p):
    bend = 0.17 + 0.16 * np.exp(-np.maximum(p[:, 1], 0) * 3.2)
    shaft = (np.hypot(p[:, 0], p[:, 2]) - bend) * 0.8
    shaft = np.maximum(shaft, np.abs(p[:, 1] - 0.68) - 0.68)
    return merged(shaft, cylinder(p, 0, 0.10, 0.46, 0.05), 0.12)


def bulb(p):
    return np.linalg.norm(p - vector(0, 1.40, 0), axis=-1) - 0.24


LAMP = Photo(
    parts=[
        Part(shade_of_lamp, (0.78, 0.19, 0.055), 0.06,
             lambda p: step(2.0, 1.2, p[:, 1:2]) * vector(0.62, 0.13, 0.02)),
        Part(stem, (0.78, 0.19, 0.055), 0.06), Part(bulb, (1, 0.9, 0.7), 0.0, (5.0, 3.6, 2.0))],
    eye=(0.0, 1.02, 6.6), target=(0.0, 0.96, 0), lens=4.7,
    ground=(0.16, 0.20, 0.30), wall=(0.055, 0.075, 0.15), sun=(0.42, 0.52, 0.80),
    room=(0.20, 0.24, 0.36), light=(-4.6, 4.4, 2.6), lamp=((0, 1.10, 0), (7.5, 4.3, 1.7)),
    middle=(0, 0.9, 0), reach=1.5,
    shade=lambda x, y: 1 + 1.6 * np.exp(-(x**2 / 0.035 + (y + 0.04) ** 2 / 0.05)))


# ---- a bag before a mirror -----------------------------------------------------------------


def bag_at(p):
    return turned(p, 0.42, (0.22, 0.0, 0.45))


def bag(p):
    q = bag_at(p)
    slope = 1 + 0.16 * (q[:, 1] - 0.5)
    half = np.stack([q[:, 0] * slope, q[:, 1] - 0.50, q[:, 2] * (0.8 + 0.5 * q[:, 1])], -1)
    return box(half, (0.62, 0.50, 0.26), 0.10) * 0.8


def handles(p):
    q = bag_at(p)
    arch = np.stack([q[:, 0], q[:, 1] - 1.04, np.abs(q[:, 2]) - 0.10], -1)
    arch = np.maximum(ring(arch, 0.27, 0.030, 0.10), -(q[:, 1] - 0.90))
    return arch


def leather(p):
    q = bag_at(p)
    chance, _ = cells(q, 0.012, 3.0)
    seam = step(0.012, 0.006, np.abs(q[:, 1] - 0.74)) * (np.sin(q[:, 0] * 150) > -0.2)
    base = vector(0.085, 0.145, 0.50) * (0.96 + 0.08 * chance)[:, None]
    return base * (1 - seam[:, None]) + vector(0.75, 0.70, 0.60) * seam[:, None]


def clasp(p):
    q = bag_at(p)
    return box(q - vector(0, 0.74, 0.235), (0.075, 0.075, 0.03), 0.02)


def arch_shape(p, half, top, depth):
    q = p - vector(-0.20, 0, -0.62)
    q = tilted(q, -0.07)
    y = np.maximum(q[:, 1] - top, 0)
    flat = np.where(q[:, 1] > top, np.hypot(q[:, 0], y), np.abs(q[:, 0])) - half
    return np.maximum(np.maximum(flat, -q[:, 1]), np.abs(q[:, 2]) - depth)


def mirror(p):
    return arch_shape(p - vector(0, 0.03, 0.02), 0.95, 1.62, 0.03)


def frame(p):
    return arch_shape(p, 1.0, 1.62, 0.035)


BAG = Photo(
    parts=[
        Part(bag, leather, 0.045), Part(handles, (0.085, 0.145, 0.50), 0.05),
        Part(clasp, (0.80, 0.60, 0.26), 0.5), Part(frame, (0.46, 0.29, 0.16), 0.02),
        Part(mirror, (0.8, 0.8, 0.8), 0.5, mirror=True)],
    eye=(1.05, 1.75, 6.9), target=(-0.08, 1.16, 0), lens=4.3,
    ground=(0.70, 0.45, 0.50), wall=(0.88, 0.56, 0.62), light=(-2.6, 4.9, 4.2), light_size=0.7,
    middle=(0, 1.3, -0.1), reach=2.0, horizon=(-1.6, -4.6))


def main():
    folder = Path(sys.argv[1])
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    photos = {"mug": MUG, "lamp": LAMP, "bag": BAG}
    for name in sys.argv[3:] or photos:
        image, rng = render(photos[name], scale)
        h, w = image.shape[:2]
        yy, xx = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
        image *= (1 - 0.10 * step(0.6, 1.5, np.hypot(xx, yy)))[..., None]
        image += rng.normal(0, 0.006, image.shape[:2])[..., None]
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{w}x{h}",
             "-i", "-", "-q:v", "2", "-pix_fmt", "yuvj420p", str(folder / f"{name}.jpg")],
            input=(image.clip(0, 1) * 255 + 0.5).astype(np.uint8).tobytes(), check=True)


if __name__ == "__main__":
    main()
