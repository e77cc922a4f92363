import { isWhole, largest, moved, pulled, rounded, whole } from "../app/crop.js";
import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { photoAddress } from "../app/photo.js";
import { effect, scope, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { button } from "./button.js";
import { ask } from "./dialog.js";
import { radio } from "./radio.js";
import { toast } from "./toast.js";

/** @typedef {import("../app/crop.js").Crop} Crop */
/** @typedef {import("../app/signal.js").Signal<Crop>} Frame */
/** @typedef {{h: 1 | -1, v: 1 | -1} | null} Corner  null is the frame itself */
/** @typedef {(from: Crop, right: number, down: number) => void} Shift */

/** The server wants this many pixels of a side. */
const LEAST_PIXELS = 64;
/** A key's step, as a share of the photo; with Shift it is five times that. */
const STEP = 0.01;

/** @type {Record<string, Corner>} */
const HANDLES = {
  move: null, topLeft: { h: -1, v: -1 }, topRight: { h: 1, v: -1 },
  bottomLeft: { h: -1, v: 1 }, bottomRight: { h: 1, v: 1 },
};

/**
 * Asks which part of the photo to use.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export async function cropPhoto({ draft, choice, edit }) {
  const { photo, crop } = draft.peek();
  if (!photo) return;
  const frame = signal(crop ?? whole);
  const size = choice.peek()?.size ?? "9x16";
  try {
    const address = await photoAddress(photo.id);
    const [body, end] = scope(() => cropper({ address, photo, frame, size }));
    const isAgreed = await ask({ title: t("new.crop.title"), body, confirm: t("new.crop.use") });
    end();
    const crop = isWhole(frame.peek()) ? null : rounded(frame.peek());
    if (isAgreed) edit((draft) => change(draft, { crop }));
  } catch (error) {
    toast(explain(error));
  }
}

/**
 * @param {{address: string, photo: import("../app/draft.js").Photo, frame: Frame, size: string}}
 *   options  size is the clip's
 */
function cropper({ address, photo, frame, size }) {
  const [width, height] = size.split("x").map(Number);
  const ratio = (width / height) * (photo.height / photo.width);
  const isFree = signal(Math.abs(frame.peek().width / frame.peek().height - ratio) > 0.01);
  const share = (/** @type {number} */ side) => Math.min(1, Math.max(0.05, LEAST_PIXELS / side));
  const least = { width: share(photo.width), height: share(photo.height) };
  const reset = () => {
    isFree.value = true;
    frame.value = whole;
  };

  /** @param {Corner} corner @returns {Shift} */
  const shift = (corner) => (from, right, down) => {
    const rules = { ratio: isFree.peek() ? null : ratio, least };
    frame.value = corner ? pulled(from, corner, right, down, rules) : moved(from, right, down);
  };
  /** @param {string} content @param {boolean} free */
  const shape = (content, free) => radio({
    name: "crop-shape", content: html`<span>${content}</span>`,
    isChosen: () => isFree.value === free,
    choose() {
      isFree.value = free;
      if (!free) frame.value = largest(ratio);
    },
  });

  return html`
    <div class="cropper" ref=${(/** @type {HTMLElement} */ node) => place(node, frame)}>
      <img src="${address}" alt="${t("new.photo.yours")}" draggable="false">
      <div class="crop-shade"></div>
      <div class="crop-frame">${Object.entries(HANDLES).map(([name, corner]) =>
        handle(name, frame, shift(corner)))}</div>
    </div>
    <p class="small muted" id="crop-hint">${t("new.crop.hint")}</p>
    <p class="unseen" role="status">${() => t("new.crop.now", percents(frame.value))}</p>
    <div class="choices" role="radiogroup" aria-label="${t("new.crop.shape")}">
      ${shape(t("new.crop.free"), true)}${shape(height > width ? "9:16" : "16:9", false)}
      ${button("plain", t("new.crop.whole"), reset)}
    </div>`;
}

/** @param {string} name @param {Frame} frame @param {Shift} shift */
function handle(name, frame, shift) {
  return html`<button class="crop-${name}" type="button" aria-label="${t(`new.crop.${name}`)}"
    aria-describedby="crop-hint"
    @pointerdown=${(/** @type {PointerEvent} */ event) => drag(event, frame.peek(), shift)}
    @keydown=${(/** @type {KeyboardEvent} */ event) => step(event, frame.peek(), shift)}></button>`;
}

/**
 * Keeps the frame's element where the frame is.
 * @param {HTMLElement} node @param {Frame} frame
 */
function place(node, frame) {
  effect(() => {
    const { x, y, width, height } = frame.value;
    const sides = Object.entries({ left: x, top: y, right: x + width, bottom: y + height });
    for (const [side, share] of sides) node.style.setProperty(`--${side}`, `${share * 100}%`);
  });
}

/** @param {PointerEvent} start @param {Crop} from @param {Shift} shift */
function drag(start, from, shift) {
  const target = /** @type {HTMLElement} */ (start.currentTarget);
  const box = target.closest(".cropper")?.getBoundingClientRect();
  if (!box) return;
  target.setPointerCapture(start.pointerId);
  target.onpointermove = ({ clientX, clientY }) =>
    shift(from, (clientX - start.clientX) / box.width, (clientY - start.clientY) / box.height);
  target.onlostpointercapture = () => (target.onpointermove = null);
}

/** @param {KeyboardEvent} event @param {Crop} from @param {Shift} shift */
function step(event, from, shift) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = /** @type {Record<string, number[]>} */ (ways)[event.key];
  if (!way) return;
  event.preventDefault();
  const size = event.shiftKey ? STEP * 5 : STEP;
  shift(from, way[0] * size, way[1] * size);
}

/** @param {Crop} crop */
function percents({ x, y, width, height }) {
  const percent = (/** @type {number} */ share) => Math.round(share * 100);
  return { x: percent(x), y: percent(y), width: percent(width), height: percent(height) };
}
