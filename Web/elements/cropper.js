import { isWhole, largest, moved, pulled, rounded, whole } from "../app/crop.js";
import { effect, html, scope, signal, t } from "../app/html.js";
import { photoAddress } from "../app/photo.js";
import { button, radios } from "./parts.js";
import { ask, attempt } from "./say.js";

/** The server wants this many pixels of a side. */
const LEAST_PIXELS = 64;
/** A key's step, as a share of the photo; with Shift it is five times that. */
const STEP = 0.01;

/** @type {Record<string, Corner>} */
const HANDLES = {
  move: null, topLeft: { h: -1, v: -1 }, topRight: { h: 1, v: -1 },
  bottomLeft: { h: -1, v: 1 }, bottomRight: { h: 1, v: 1 },
};
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {Wizard} wizard */
export async function cropPhoto({ draft, choice, set }) {
  const { photo, crop } = draft.peek();
  if (!photo) return;
  const frame = signal(crop ?? whole);
  await attempt(async () => {
    const address = await photoAddress(photo.id);
    const [body, end] = scope(() => cropper(address, photo, frame, choice.peek()?.size));
    const isAgreed = await ask({ title: t("new.crop.title"), body, confirm: t("new.crop.use") });
    end();
    if (isAgreed) set("crop", isWhole(frame.peek()) ? null : rounded(frame.peek()));
  });
}

/** @type {Cropping["cropper"]} */
const cropper = (address, photo, frame, size = "9x16") => {
  const [width, height] = size.split("x").map(Number);
  const ratio = (width / height) * (photo.height / photo.width);
  const { width: wide, height: tall } = frame.peek();
  const shape = signal(Math.abs(wide / tall - ratio) > 0.01 ? "free" : "clip");
  const share = (/** @type {number} */ side) => Math.min(1, Math.max(0.05, LEAST_PIXELS / side));
  const least = { width: share(photo.width), height: share(photo.height) };
  const shapes = { free: t("new.crop.free"), clip: height > width ? "9:16" : "16:9" };
  /** @param {string} next @param {Crop} [to] */
  const choose = (next, to = next === "clip" ? largest(ratio) : frame.peek()) => {
    shape.value = next;
    frame.value = to;
  };

  /** @param {[string, Corner]} handle */
  const handle = ([name, corner]) => {
    /** @type {Shift} */
    const shift = (from, right, down) => {
      const rules = { ratio: shape.peek() === "clip" ? ratio : null, least };
      frame.value = corner ? pulled(from, corner, right, down, rules) : moved(from, right, down);
    };
    return html`<button class="crop-${name}" type="button" aria-label="${t(`new.crop.${name}`)}"
      aria-describedby="crop-hint" @pointerdown=${(event) => drag(event, frame.peek(), shift)}
      @keydown=${(event) => step(event, frame.peek(), shift)}></button>`;
  };

  return html`
    <div class="cropper" ref=${(node) => place(node, frame)}>
      <img src="${address}" alt="${t("new.photo.yours")}" draggable="false">
      <div class="crop-shade"></div>
      <div class="crop-frame">${Object.entries(HANDLES).map(handle)}</div>
    </div>
    <p class="small muted" id="crop-hint">${t("new.crop.hint")}</p>
    <p class="unseen" role="status">${() => t("new.crop.now", percents(frame.value))}</p>
    <div class="row" role="radiogroup" aria-label="${t("new.crop.shape")}">
      ${radios("crop-shape", shapes, () => shape.value, (next) => choose(next))}
      ${button("plain", t("new.crop.whole"), () => choose("free", whole))}
    </div>`;
};

/** @param {HTMLElement} node @param {Signal<Crop>} frame */
function place(node, frame) {
  effect(() => {
    const { x, y, width, height } = frame.value;
    const sides = Object.entries({ left: x, top: y, right: x + width, bottom: y + height });
    for (const [side, share] of sides) node.style.setProperty(`--${side}`, `${share * 100}%`);
  });
}

/** @type {Cropping["drag"]} */
const drag = (start, from, shift) => {
  const target = /** @type {HTMLElement} */ (start.currentTarget);
  const box = target.closest(".cropper")?.getBoundingClientRect();
  if (!box) return;
  target.setPointerCapture(start.pointerId);
  target.onpointermove = ({ clientX, clientY }) =>
    shift(from, (clientX - start.clientX) / box.width, (clientY - start.clientY) / box.height);
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

/** @param {Crop} crop */
function percents(crop) {
  const shares = Object.entries(crop);
  return Object.fromEntries(shares.map(([name, share]) => [name, Math.round(share * 100)]));
}
