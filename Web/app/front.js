// What the front page has beyond its HTML: clips that play while they are seen, the server's own
// formats and prices, and other languages. Without it the page is whole, in English.

import { config, loadConfig } from "./config.js";
import { html } from "./html.js";
import { followTheme } from "./look.js";
import { moveOnPointing } from "./moving.js";
import { hasText, loadText, number, t } from "./text.js";

/** @typedef {{id: string, title: string, summary: string}} Format */
/**
 * @typedef {object} Model
 * @property {string} name
 * @property {boolean} available
 * @property {string} default_size
 * @property {number[]} seconds
 * @property {Record<string, number>} credits_per_second
 */

/** The length that prices are shown for, in seconds. */
const USUAL = 8;

/** @param {string} selector @returns {HTMLElement[]} */
function all(selector) {
  return [...document.querySelectorAll(selector)].map((one) => /** @type {HTMLElement} */ (one));
}

function translate() {
  for (const one of all("[data-text]")) one.textContent = t(`front.${one.dataset.text}`);
  for (const one of all("[data-label]")) one.ariaLabel = t(`front.${one.dataset.label}`);
  for (const one of all("[data-alt]")) one.setAttribute("alt", t(`front.${one.dataset.alt}`));
}

/**
 * A format's words: ours, or the server's.
 * @param {Format} format @param {"title" | "summary"} part
 */
function words(format, part) {
  const key = `formats.${format.id}.${part}`;
  return hasText(key) ? t(key) : format[part];
}

/** @param {Format[]} formats */
function showFormats(formats) {
  const items = formats.map((format) => {
    // A format of this server's own has no drawing.
    const picture = document.querySelector(`.formats [data-format="${CSS.escape(format.id)}"] img`);
    return html`<li>${picture}
      <h3>${words(format, "title")}</h3><p>${words(format, "summary")}</p></li>`;
  });
  document.querySelector(".formats")?.replaceChildren(...items);
  for (const item of document.querySelectorAll(".formats li")) {
    const picture = item.querySelector("img");
    if (picture) moveOnPointing(item, picture);
  }
  for (const caption of all("figcaption [data-format]")) {
    const format = formats.find(({ id }) => id === caption.dataset.format);
    if (format) caption.textContent = words(format, "title");
  }
}

/** @param {Model} model */
function perSecond(model) {
  return model.credits_per_second[model.default_size];
}

/** @param {Model} model */
function row(model) {
  const seconds = model.seconds.includes(USUAL) ? USUAL : Math.min(...model.seconds);
  return html`<tr><th scope="row">${model.name}</th><td>${number(perSecond(model))}</td>
    <td>${t("credits.amount", { count: perSecond(model) * seconds })}
      <span class="muted">${t("front.for", { seconds })}</span></td></tr>`;
}

/** @param {Model[]} models */
function showPrices(models) {
  const offered = models.filter(({ available }) => available);
  if (offered.length === 0) return;
  document.querySelector("#models")?.replaceChildren(html`<table>
    <thead><tr><th scope="col">${t("front.model")}</th><th scope="col">${t("front.perSecond")}</th>
      <th scope="col">${t("front.clip")}</th></tr></thead>
    <tbody>${offered.sort((a, b) => perSecond(a) - perSecond(b)).map(row)}</tbody></table>`);
}

/** Plays what is seen, unless the visitor, or their system, wants it still. */
function playClips() {
  const clips = all(".clips video").map((one) => /** @type {HTMLVideoElement} */ (one));
  const button = /** @type {HTMLButtonElement} */ (document.querySelector("#motion"));
  /** @type {Set<Element>} */
  const seen = new Set();
  let isMoving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const update = () => {
    button.textContent = t(isMoving ? "front.pause" : "front.play");
    for (const clip of clips) {
      // A browser may forbid playing by itself: the poster stays.
      if (isMoving && seen.has(clip)) clip.play().catch(() => {});
      else clip.pause();
    }
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      seen[isIntersecting ? "add" : "delete"](target);
    }
    update();
  }, { threshold: 0.4 });
  clips.forEach((clip, i) => {
    clip.controls = false;
    // Out of step, or all would cut at the same moment.
    clip.currentTime = i * 0.9;
    observer.observe(clip);
  });
  button.addEventListener("click", () => {
    isMoving = !isMoving;
    update();
  });
  button.hidden = false;
  update();
}

/**
 * Asks what anybody may ask.
 * @param {string} path @param {(data: any[]) => void} show
 */
async function fill(path, show) {
  try {
    const answer = await fetch(config.api + path);
    if (answer.ok) show((await answer.json()).data);
  } catch {
    // The page says already what can be said without the server.
  }
}

async function askServer() {
  await loadConfig();
  for (const place of all("[data-url]")) {
    const url = place.dataset.url === "api" ? config.api : config.auth.url;
    place.textContent = new URL(url, location.href).href;
  }
  await Promise.all([fill("/formats", showFormats), fill("/models", showPrices)]);
}

followTheme();
await loadText();
translate();
playClips();
await askServer().catch(() => {}); // Without a server there is nothing to add.
