// The part of the photo that is used, in shares of its width and height.

import {
	ask, attempt, button, effect, html, radios, scope, signal, t, videos,
} from "./parts.js";

/** The server wants this many pixels of a side. */
const LEAST_PIXELS = 64;
/** A key's step; with Shift it is five times that. */
const STEP = 0.01;

/** @type {Record<string, Corner>} */
const HANDLES = {
	move: null, topLeft: { h: -1, v: -1 }, topRight: { h: 1, v: -1 },
	bottomLeft: { h: -1, v: 1 }, bottomRight: { h: 1, v: 1 },
};
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @type {Crop} */
export const whole = { x: 0, y: 0, width: 1, height: 1 };

/** @param {Crop} crop */
export function isWhole({ width, height }) {
	return width > 0.999 && height > 0.999;
}

/** @param {number} ratio  width to height, both as shares */
export function largest(ratio) {
	const width = Math.min(1, ratio);
	const height = Math.min(1, width / ratio);
	return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** @type {Cropping["moved"]} */
export const moved = (crop, right, down) => ({
	...crop, x: clamp(crop.x + right, 0, 1 - crop.width), y: clamp(crop.y + down, 0, 1 - crop.height),
});

/** @type {Cropping["pulled"]} */
export const pulled = (crop, { h, v }, right, down, { ratio, least }) => {
	const room = {
		width: h > 0 ? 1 - crop.x : crop.x + crop.width,
		height: v > 0 ? 1 - crop.y : crop.y + crop.height,
	};
	let width = clamp(crop.width + h * right, least.width, room.width);
	let height = clamp(crop.height + v * down, least.height, room.height);
	if (ratio) {
		const growth = (h * right + v * down * ratio) / (right && down ? 2 : 1);
		const most = Math.min(room.width, room.height * ratio);
		width = clamp(crop.width + growth, Math.max(least.width, least.height * ratio), most);
		height = width / ratio;
	}
	const x = h > 0 ? crop.x : crop.x + crop.width - width;
	const y = v > 0 ? crop.y : crop.y + crop.height - height;
	return { x, y, width, height };
};

/** @type {Cropping["clamp"]} */
const clamp = (value, least, most) => Math.max(Math.min(value, most), least);

/** @type {Cropping["rounded"]} */
export const rounded = ({ x, y, width, height }) => {
	const cut = (share = 0) => Math.floor(share * 1e4 + 1e-6) / 1e4;
	return { x: cut(x), y: cut(y), width: cut(width), height: cut(height) };
};

/** @param {Wizard} wizard */
export async function cropPhoto({ draft, choice, set }) {
	const { photo, crop } = draft();
	if (!photo) return;
	const frame = signal(crop ?? whole);
	await attempt(async () => {
		const address = await videos.photoAddress(photo.id);
		const [body, end] = scope(() => cropper(address, photo, frame, choice()?.size));
		const isAgreed = await ask({ title: t("new.crop.title"), body, confirm: t("new.crop.use") });
		end();
		if (isAgreed) set("crop", isWhole(frame()) ? null : rounded(frame()));
	});
}

/** @type {Cropping["cropper"]} */
const cropper = (address, photo, frame, size = "9x16") => {
	const [width, height] = size.split("x").map(Number);
	const ratio = (width / height) * (photo.height / photo.width);
	const { width: wide, height: tall } = frame();
	const shape = signal(Math.abs(wide / tall - ratio) > 0.01 ? "free" : "clip");
	const shapes = { free: t("new.crop.free"), clip: height > width ? "9:16" : "16:9" };
	const share = (side = 1) => clamp(LEAST_PIXELS / side, 0.05, 1);
	const least = { width: share(photo.width), height: share(photo.height) };
	/** @type {(next: string, to?: Crop) => void} */
	const choose = (next, to = next === "clip" ? largest(ratio) : frame()) => {
		shape.set(next);
		frame.set(to);
	};

	const handles = Object.entries(HANDLES).map(([name, corner]) => {
		/** @type {Shift} */
		const shift = (from, right, down) => {
			const rules = { ratio: shape() === "clip" ? ratio : null, least };
			frame.set(corner ? pulled(from, corner, right, down, rules) : moved(from, right, down));
		};
		return html`<button type="button" aria-label="${t(`new.crop.${name}`)}"
			aria-describedby="crop-hint" @pointerdown=${(event) => drag(event, frame(), shift)}
			@keydown=${(event) => step(event, frame(), shift)}></button>`;
	});

	/** @param {HTMLElement} node */
	const place = (node) => effect(() => {
		const { x, y, width, height } = frame();
		const sides = Object.entries({ left: x, top: y, right: x + width, bottom: y + height });
		for (const [side, share] of sides) node.style.setProperty(`--${side}`, `${share * 100}%`);
	});
	const percents = () => Object.fromEntries(Object.entries(frame())
		.map(([name, share]) => [name, Math.round(share * 100)]));
	return html`
		<div class="cropper" ref=${place}>
			<img src="${address}" alt="${t("new.photo.yours")}" draggable="false">
			<div class="crop-shade"></div>
			<div class="crop-frame">${handles}</div>
		</div>
		<small id="crop-hint">${t("new.crop.hint")}</small>
		<p class="unseen" role="status">${() => t("new.crop.now", percents())}</p>
		<div class="row">
			${radios(t("new.crop.shape"), shapes, shape, choose, "unseen")}
			${button("plain", t("new.crop.whole"), () => choose("free", whole))}
		</div>`;
};

/** @type {Cropping["drag"]} */
const drag = (start, from, shift) => {
	const { currentTarget: target, pointerId, clientX, clientY } = start;
	const { width, height } = target.closest(".cropper").getBoundingClientRect();
	target.setPointerCapture(pointerId);
	target.onpointermove = (/** @type {PointerEvent} */ now) =>
		shift(from, (now.clientX - clientX) / width, (now.clientY - clientY) / height);
	target.onlostpointercapture = () => (target.onpointermove = null);
};

/** @type {Cropping["step"]} */
const step = (event, from, shift) => {
	if (!KEYS[event.key]) return;
	event.preventDefault();
	const [right, down] = KEYS[event.key];
	const size = event.shiftKey ? STEP * 5 : STEP;
	shift(from, right * size, down * size);
};
