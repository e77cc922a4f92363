import { isWhole, largest, moved, pulled, rounded, whole } from "../app/crop.js";
import { change } from "../app/draft.js";
import { html } from "../app/html.js";
import { photoAddress } from "../app/photo.js";
import { effect, scope, signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { ask } from "./dialog.js";
import { toast } from "./toast.js";

/** @typedef {import("../app/crop.js").Crop} Crop */
/** @typedef {{h: 1 | -1, v: 1 | -1}} Corner */

/** The server wants this many pixels of a side. */
const LEAST_PIXELS = 64;
/** A key's step, as a share of the photo; with Shift it is five times that. */
const STEP = 0.01;

/**
 * Asks which part of the photo to use.
 * @param {import("../app/wizard.js").Wizard} wizard
 */
export async function cropPhoto({ draft, choice, edit }) {
  const { photo, crop } = draft.peek();
  if (!photo) return;
  const frame = signal(crop ?? whole);
  const [width, height] = (choice.peek()?.size ?? "9x16").split("x").map(Number);
  const ratio = (width / height) * (photo.height / photo.width);
  try {
    const address = await photoAddress(photo.id);
    const [body, end] = scope(() => cropper({ address, photo, frame, ratio, isTall: height > width }));
    const isAgreed = await ask({ title: t("new.crop.title"), body, confirm: t("new.crop.use") });
    end();
    if (isAgreed) edit((draft) => change(draft, { crop: isWhole(frame.peek()) ? null : rounded(frame.peek()) }));
  } catch (error) {
    toast(explain(error));
  }
}

/**
 * @param {{address: string, photo: import("../app/draft.js").Photo, ratio: number, isTall: boolean,
 *   frame: import("../app/signal.js").Signal<Crop>}} options
 */
function cropper({ address, photo, frame, ratio, isTall }) {
  const isFree = signal(Math.abs(frame.peek().width / frame.peek().height - ratio) > 0.01);
  const least = {
    width: Math.min(1, Math.max(0.05, LEAST_PIXELS / photo.width)),
    height: Math.min(1, Math.max(0.05, LEAST_PIXELS / photo.height)),
  };
  /** @param {Crop} from @param {Corner | null} corner @param {number} right @param {number} down */
  const shift = (from, corner, right, down) => {
    const rules = { ratio: isFree.peek() ? null : ratio, least };
    frame.value = corner ? pulled(from, corner, right, down, rules) : moved(from, right, down);
  };
  const listeners = (/** @type {Corner | null} */ corner) => ({
    drag: (/** @type {PointerEvent} */ event) => drag(event, frame, (from, x, y) => shift(from, corner, x, y)),
    key: (/** @type {KeyboardEvent} */ event) => step(event, (x, y) => shift(frame.peek(), corner, x, y)),
  });

  return html`
    <div class="cropper" ref=${(/** @type {HTMLElement} */ node) => place(node, frame)}>
      <img src="${address}" alt="${t("new.photo.yours")}" draggable="false">
      <div class="crop-shade"></div>
      <div class="crop-frame">
        ${handle("move", listeners(null))}
        ${[-1, 1].flatMap((v) => [-1, 1].map((h) =>
          handle(`${v < 0 ? "top" : "bottom"}${h < 0 ? "Left" : "Right"}`, listeners(/** @type {Corner} */ ({ h, v })))))}
      </div>
    </div>
    <p class="small muted" id="crop-hint">${t("new.crop.hint")}</p>
    <p class="unseen" role="status">${() => t("new.crop.now", percents(frame.value))}</p>
    <div class="choices" role="radiogroup" aria-label="${t("new.crop.shape")}">
      ${shape(t("new.crop.free"), true)}${shape(isTall ? "9:16" : "16:9", false)}
      <button class="plain" type="button" @click=${() => (isFree.value = true, frame.value = whole)}>${t("new.crop.whole")}</button>
    </div>`;

  /** @param {string} label @param {boolean} free */
  function shape(label, free) {
    const chosen = () => {
      isFree.value = free;
      if (!free) frame.value = largest(ratio);
    };
    return html`<label><input type="radio" name="crop-shape" .checked=${() => isFree.value === free} @change=${chosen}><span>${label}</span></label>`;
  }
}

/** @param {string} name @param {{drag: (event: PointerEvent) => void, key: (event: KeyboardEvent) => void}} listeners */
function handle(name, { drag, key }) {
  return html`<button class="crop-${name}" type="button" aria-label="${t(`new.crop.${name}`)}"
    aria-describedby="crop-hint" @pointerdown=${drag} @keydown=${key}></button>`;
}

/**
 * Keeps the frame's element where the frame is.
 * @param {HTMLElement} node @param {import("../app/signal.js").Signal<Crop>} frame
 */
function place(node, frame) {
  effect(() => {
    const { x, y, width, height } = frame.value;
    const sides = { left: x, top: y, right: x + width, bottom: y + height };
    for (const [side, share] of Object.entries(sides)) node.style.setProperty(`--${side}`, `${share * 100}%`);
  });
}

/** @param {PointerEvent} start @param {import("../app/signal.js").Signal<Crop>} frame @param {(from: Crop, x: number, y: number) => void} shift */
function drag(start, frame, shift) {
  const target = /** @type {HTMLElement} */ (start.currentTarget);
  const box = target.closest(".cropper")?.getBoundingClientRect();
  if (!box) return;
  const from = frame.peek();
  target.setPointerCapture(start.pointerId);
  target.onpointermove = (event) =>
    shift(from, (event.clientX - start.clientX) / box.width, (event.clientY - start.clientY) / box.height);
  target.onlostpointercapture = () => (target.onpointermove = null);
}

/** @param {KeyboardEvent} event @param {(x: number, y: number) => void} shift */
function step(event, shift) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way) return;
  event.preventDefault();
  const size = event.shiftKey ? STEP * 5 : STEP;
  shift(way[0] * size, way[1] * size);
}

/** @param {Crop} crop */
function percents({ x, y, width, height }) {
  const percent = (/** @type {number} */ share) => Math.round(share * 100);
  return { x: percent(x), y: percent(y), width: percent(width), height: percent(height) };
}
