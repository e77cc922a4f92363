#!/usr/bin/env python3
"""Draws sample-product.jpg: a bottle on a table, by sphere tracing. Needs numpy and ffmpeg.

Usage: make-sample-product.py [output.jpg] [samples per pixel side, default 2] [scale, default 1]
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 1200, 1500
OUTPUT = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).with_name("sample-product.jpg"))
SAMPLES = int(sys.argv[2]) if len(sys.argv) > 2 else 2
SCALE = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


# ---- shapes: signed distances, in metres-ish; the table is y = 0 ------------------------------

# The bottle: height up to its shoulder, and radius.
BODY = 1.62
RADIUS = 0.52


def rounded_cylinder(p, bottom, top, radius, rounding):
    half = (top - bottom) / 2
    d = np.stack(
        [
            np.hypot(p[..., 0], p[..., 2]) - radius + rounding,
            np.abs(p[..., 1] - bottom - half) - half + rounding,
        ],
        -1,
    )
    outside = np.linalg.norm(np.maximum(d, 0), axis=-1)
    return np.minimum(d.max(-1), 0) + outside - rounding


def smooth_union(a, b, k):
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return b + (a - b) * h - k * h * (1 - h)


def glass(p):
    body = rounded_cylinder(p, 0.0, BODY, RADIUS, 0.09)
    neck = rounded_cylinder(p, BODY - 0.1, BODY + 0.22, 0.19, 0.02)
    return smooth_union(body, neck, 0.16)


def cap(p):
    return rounded_cylinder(p, BODY + 0.12, BODY + 0.56, 0.235, 0.03)


def stone(p):
    """A low, smooth stone beside the bottle, to give the table a second object."""
    q = (p - np.array([0.98, 0.12, 0.30])) / np.array([0.34, 0.13, 0.26])
    return (np.linalg.norm(q, axis=-1) - 1) * 0.13


def scene(p):
    return np.minimum(np.minimum(glass(p), cap(p)), stone(p))


def march(origin, direction, far, steps=170):
    t = np.zeros(origin.shape[:-1])
    alive = np.ones(t.shape, bool)
    for _ in range(steps):
        d = scene(origin[alive] + direction[alive] * t[alive][:, None])
        t[alive] += d * 0.9
        keep = (d > 2e-4) & (t[alive] < far)
        alive[np.flatnonzero(alive)[~keep]] = False
        if not alive.any():
            break
    return t


def normal(p):
    e = 1e-3
    axes = np.eye(3) * e
    return unit(np.stack([scene(p + a) - scene(p - a) for a in axes], -1))


# ---- light: one large window at the left, a weak fill, and the room ---------------------------

WINDOW, WINDOW_SIZE = np.array([-3.4, 3.9, 2.6]), 1.25
SUN, FILL, ROOM = np.array([1.0, 0.95, 0.87]) * 2.35, 0.16, np.array([0.62, 0.67, 0.70]) * 0.62


def window_light(p, rng, rays=10):
    """How much of the window each point sees, 0 to 1: soft shadows."""
    seen = np.zeros(p.shape[0])
    for i in range(rays):
        a = 2 * np.pi * (i * 0.618 + rng.random(p.shape[0]))
        r = WINDOW_SIZE * np.sqrt((i + rng.random(p.shape[0])) / rays)
        target = WINDOW + np.stack([r * np.cos(a), r * np.sin(a), 0 * a], -1)
        way = target - p
        far = np.linalg.norm(way, axis=-1)
        way /= far[:, None]
        t = march(p + way * 0.02, way, 5.0, 40)
        seen += (t > 4.5) / rays
    return seen


def occlusion(p, n):
    shade = np.zeros(p.shape[0])
    for i, h in enumerate([0.03, 0.09, 0.2, 0.42]):
        near = np.minimum(scene(p + n * h), (p + n * h)[:, 1])
        shade += np.maximum(h - near, 0) / h * 0.30 / (1 + 0.4 * i)
    return np.clip(1 - shade, 0.12, 1)


def surroundings(d):
    """What a glossy surface mirrors: a dim room, the window with its frame, a strip at the right."""
    up = smoothstep(-0.3, 1.0, d[:, 1])[:, None]
    room = (1 - up) * np.array([0.36, 0.33, 0.29]) + up * np.array([0.62, 0.66, 0.66])
    angle, height = np.arctan2(d[:, 0], d[:, 2]), d[:, 1]

    def pane(a0, a1, h0, h1, soft):
        return (
            smoothstep(a0 - soft, a0 + soft, angle) * smoothstep(a1 + soft, a1 - soft, angle)
            * smoothstep(h0 - soft, h0 + soft, height) * smoothstep(h1 + soft, h1 - soft, height)
        )

    window = pane(-1.35, -1.02, -0.28, 0.62, 0.05) + pane(-0.97, -0.70, -0.28, 0.62, 0.05)
    strip = pane(1.25, 1.55, -0.35, 0.7, 0.10) * 0.45
    return room * 0.55 + (window * 3.0 + strip)[:, None] * np.array([1.0, 0.97, 0.92])


# ---- label: drawn once by ffmpeg, then wrapped around the bottle -------------------------------

LABEL_FROM, LABEL_TO, LABEL_ANGLE = 0.34, 1.20, 0.98


def draw_label():
    w, h = 900, 700
    texts = [
        ("No. 5", "P052", 74, 112),
        ("Mint", "P052", 268, 196),
        ("BOTANICAL HAND WASH", "URW Gothic", 46, 506),
        ("300 ml", "URW Gothic", 40, 590),
    ]
    filters = ["drawbox=x=60:y=462:w=780:h=3:color=0x1d4a3a:t=fill"]
    filters += [
        f"drawtext=font={font}:text='{text}':fontsize={size}:fontcolor=0x1d4a3a:"
        f"x=(w-tw)/2:y={y}"
        for text, font, size, y in texts
    ]
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=0xf3efe4:s={w}x{h}:d=1",
         "-vf", ",".join(filters), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True, capture_output=True).stdout
    return (np.frombuffer(raw, np.uint8).reshape(h, w, 3) / 255.0) ** 2.2


def sample(image, u, v):
    h, w = image.shape[:2]
    x, y = np.clip(u, 0, 1) * (w - 1.001), np.clip(v, 0, 1) * (h - 1.001)
    i, j = x.astype(int), y.astype(int)
    fx, fy = (x - i)[:, None], (y - j)[:, None]
    top = image[j, i] * (1 - fx) + image[j, i + 1] * fx
    low = image[j + 1, i] * (1 - fx) + image[j + 1, i + 1] * fx
    return top * (1 - fy) + low * fy


LABEL = draw_label()


def bottle_colour(p):
    """Base colour, gloss and how much light passes through."""
    green = np.array([0.010, 0.098, 0.066])
    colour = np.broadcast_to(green, p.shape).copy()
    angle = np.arctan2(p[:, 0], p[:, 2]) + 0.10
    u = (angle / LABEL_ANGLE + 1) / 2
    v = (LABEL_TO - p[:, 1]) / (LABEL_TO - LABEL_FROM)
    on_label = (u > 0) & (u < 1) & (v > 0) & (v < 1) & (np.hypot(p[:, 0], p[:, 2]) > 0.4)
    colour[on_label] = sample(LABEL, u[on_label], v[on_label]) * 0.86
    is_cap = cap(p) < glass(p)
    colour[is_cap] = np.array([0.60, 0.43, 0.26])
    grain = 0.06 * np.sin(p[is_cap, 1] * 55 + 3 * np.sin(p[is_cap, 0] * 9))
    colour[is_cap] *= (1 + grain)[:, None]
    gloss = np.where(on_label, 0.025, np.where(is_cap, 0.02, 0.05))
    is_stone = stone(p) < np.minimum(glass(p), cap(p))
    colour[is_stone] = np.array([0.55, 0.53, 0.49])
    gloss[is_stone] = 0.012
    through = np.where(on_label | is_cap | is_stone, 0.0, 1.0)
    return colour, gloss, through


def shade_object(p, view, rng):
    n = normal(p)
    to_light = unit(WINDOW - p)
    facing = np.maximum((n * to_light).sum(-1), 0)
    colour, gloss, through = bottle_colour(p)
    sun = facing * window_light(p + n * 0.01, rng)
    open_sky = occlusion(p, n)
    bounce = np.maximum(-n[:, 1], 0)[:, None] * np.array([0.30, 0.26, 0.20]) * 0.5
    light = sun[:, None] * SUN + open_sky[:, None] * ROOM + bounce + FILL * open_sky[:, None]
    out = colour * light
    # Light that entered the glass at the window side leaves it glowing at the other.
    side = np.clip((n * unit(np.array([0.9, -0.2, 0.35]))).sum(-1), 0, 1) ** 2
    low = smoothstep(1.7, 0.0, p[:, 1])
    out += (through * side * (0.25 + 0.75 * low))[:, None] * np.array([0.05, 0.42, 0.27]) * 0.55
    mirrored = view - 2 * (view * n).sum(-1, keepdims=True) * n
    fresnel = gloss + (1 - gloss) * (1 - np.clip(-(view * n).sum(-1), 0, 1)) ** 5 * (gloss / 0.05)
    return out + fresnel[:, None] * surroundings(mirrored) * (0.4 + 0.6 * open_sky[:, None])


def table(p, view, rng):
    """Pale oiled wood, with the bottle's blurred reflection."""
    x, z = p[:, 0], p[:, 2]
    warp = 0.35 * np.sin(x * 0.7 + 1.3) + 0.12 * np.sin(x * 2.1 + z)
    grain = np.sin((z + warp) * 26 + 2.2 * np.sin((z + warp) * 5.1 + x * 0.4))
    fine = np.sin((z + warp * 0.6) * 170 + 1.7 * np.sin(x * 3.1))
    tone = 1 + 0.075 * grain + 0.02 * fine + 0.03 * np.sin(z * 2.3 + 0.6)
    colour = np.array([0.43, 0.265, 0.145]) * tone[:, None]
    up = np.zeros_like(p)
    up[:, 1] = 1
    facing = np.maximum(unit(WINDOW - p)[:, 1], 0)
    sun = facing * window_light(p + up * 0.005, rng)
    # Light through the green glass tints the bottle's shadow.
    near = np.exp(-((x - 0.75) ** 2 / 0.45 + (z + 0.35) ** 2 / 0.22))
    caustic = (near * (1 - sun / np.maximum(facing, 1e-3)))[:, None] * np.array([0.1, 0.34, 0.22])
    open_sky = occlusion(p, up)
    out = colour * (sun[:, None] * SUN + open_sky[:, None] * (ROOM + FILL) + caustic * 0.8)
    mirrored = view * np.array([1, -1, 1]) + rng.normal(0, 0.03, p.shape)
    mirrored = unit(mirrored)
    t = march(p + up * 0.004, mirrored, 3.0, 50)
    hit = t < 2.8
    fresnel = 0.03 + 0.5 * (1 - np.clip(-view[:, 1], 0, 1)) ** 5
    glow = np.broadcast_to(np.array([0.55, 0.57, 0.55]), p.shape).copy()
    if hit.any():
        q = p[hit] + mirrored[hit] * t[hit][:, None]
        glow[hit] = bottle_colour(q)[0] * 0.9
    return out + fresnel[:, None] * glow


def backdrop(d):
    """A wall far out of focus: window light falling across it, a plant and a shelf as soft blobs."""
    x, y = d[:, 0] / -d[:, 2] * LENS / 2.22, d[:, 1] / -d[:, 2] * LENS / 2.22
    light = smoothstep(0.55, -0.75, x + 0.35 * y)[:, None]
    wall = np.array([0.50, 0.49, 0.44]) * (1 - light) + np.array([1.35, 1.26, 1.10]) * light

    def blob(cx, cy, rx, ry, soft=0.6):
        r = np.hypot((x - cx) / rx, (y - cy) / ry)
        return smoothstep(1 + soft, 1 - soft, r)[:, None]

    for cx, cy, rx, ry, strength in [
        (0.42, 0.10, 0.08, 0.14, 0.8), (0.34, 0.19, 0.05, 0.09, 0.65),
        (0.46, 0.24, 0.06, 0.12, 0.7), (0.38, 0.31, 0.04, 0.08, 0.55),
    ]:
        a = blob(cx, cy, rx, ry) * strength
        wall = wall * (1 - a) + np.array([0.16, 0.27, 0.19]) * a
    pot = blob(0.43, -0.07, 0.10, 0.09, 0.45) * 0.9
    wall = wall * (1 - pot) + np.array([0.60, 0.40, 0.29]) * pot
    for cx, cy, r in [(-0.36, 0.33, 0.055), (-0.27, 0.40, 0.035), (-0.44, 0.43, 0.045)]:
        wall = wall + blob(cx, cy, r, r, 0.25) * np.array([0.16, 0.15, 0.11])
    return wall


# ---- camera ------------------------------------------------------------------------------------

EYE, TARGET, LENS = np.array([0.0, 1.78, 6.4]), np.array([0.07, 1.04, 0.0]), 3.55
TABLE_END = -3.2


def render_row(xs, ys, rng):
    forward = unit(TARGET - EYE)
    right = unit(np.cross(forward, [0, 1, 0]))
    upward = np.cross(right, forward)
    d = unit(forward * LENS + right * xs[:, None] + upward * ys[:, None])
    o = np.broadcast_to(EYE, d.shape)
    t = march(o, d, 12.0)
    t_table = np.where(d[:, 1] < -1e-4, -EYE[1] / np.minimum(d[:, 1], -1e-4), np.inf)
    z_table = EYE[2] + d[:, 2] * np.minimum(t_table, 1e3)
    out = backdrop(d)
    hit = (t < 11) & (t < t_table)
    on_table = ~hit & np.isfinite(t_table) & (z_table > TABLE_END - 1.2)
    if on_table.any():
        colour = table(o[on_table] + d[on_table] * t_table[on_table][:, None], d[on_table], rng)
        # The far edge of the table melts into the wall: depth of field.
        blur = smoothstep(TABLE_END + 1.3, TABLE_END - 1.2, z_table[on_table])[:, None]
        out[on_table] = colour * (1 - blur) + out[on_table] * blur
    if hit.any():
        out[hit] = shade_object(o[hit] + d[hit] * t[hit][:, None], d[hit], rng)
    return out


def tone(linear):
    x = linear * 0.60
    film = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
    return np.clip(film, 0, 1) ** (1 / 2.2)


def main():
    rng = np.random.default_rng(5)
    w, h = int(WIDTH * SCALE), int(HEIGHT * SCALE)
    image = np.zeros((h, w, 3))
    for y in range(h):
        for j in range(SAMPLES):
            for i in range(SAMPLES):
                xs = (np.arange(w) + (i + 0.5) / SAMPLES) / w * 2 - 1
                ys = (1 - (y + (j + 0.5) / SAMPLES) / h * 2) * h / w
                image[y] += render_row(xs, np.full(w, ys), rng)
    image = tone(image / SAMPLES**2)
    yy, xx = np.mgrid[-1:1:h * 1j, -1:1:w * 1j]
    image *= (1 - 0.10 * smoothstep(0.5, 1.5, np.hypot(xx, yy)))[..., None]
    image += rng.normal(0, 0.006, image.shape[:2])[..., None]
    pixels = (image.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
         "-s", f"{w}x{h}", "-i", "-", "-q:v", "2", "-pix_fmt", "yuvj420p", OUTPUT],
        input=pixels.tobytes(), check=True)


main()
