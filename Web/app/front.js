// What the front page has beyond its HTML: clips that play while they are seen, the server's own
// formats and prices, and other languages. Without it the page is whole, in English.

import { config, loadConfig } from "./config.js";
import { followTheme } from "./look.js";
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

/** @param {string} tag @param {...(Node | string)} content */
function made(tag, ...content) {
  const element = document.createElement(tag);
  element.append(...content);
  return element;
}

function translate() {
  for (const one of all("[data-text]")) one.textContent = t(one.dataset.text ?? "");
  for (const one of all("[data-label]")) one.ariaLabel = t(one.dataset.label ?? "");
  for (const one of all("img[data-alt]")) one.setAttribute("alt", t(one.dataset.alt ?? ""));
}

/**
 * A format's own words, or those of the server.
 * @param {Format} format @param {"title" | "summary"} part
 */
function words(format, part) {
  const key = `formats.${format.id}.${part}`;
  return hasText(key) ? t(key) : format[part];
}

/** @param {Format[]} formats */
function showFormats(formats) {
  const drawn = new Map(all(".formats [data-format]").map((one) => [one.dataset.format, one]));
  const items = formats.map((format) => {
    const picture = drawn.get(format.id)?.querySelector("img");
    const text = [made("h3", words(format, "title")), made("p", words(format, "summary"))];
    return made("li", ...(picture ? [picture, ...text] : text));
  });
  document.querySelector(".formats")?.replaceChildren(...items);
  for (const caption of all("figcaption [data-format]")) {
    const format = formats.find(({ id }) => id === caption.dataset.format);
    if (format) caption.textContent = words(format, "title");
  }
}

/** @param {Model} model */
function perSecond(model) {
  return model.credits_per_second[model.default_size];
}

/** @param {Model[]} models */
function showPrices(models) {
  const rows = models.filter((model) => model.available).sort((a, b) => perSecond(a) - perSecond(b));
  if (rows.length === 0) return;
  const head = [t("front.model"), t("front.perSecond"), t("front.usual", { seconds: USUAL })];
  const body = rows.map((model) => {
    const usual = model.seconds.includes(USUAL) ? perSecond(model) * USUAL : null;
    const name = made("th", model.name);
    name.setAttribute("scope", "row");
    return made("tr", name, made("td", number(perSecond(model))),
      made("td", usual === null ? "–" : t("credits.amount", { count: usual })));
  });
  const columns = head.map((text) => {
    const cell = made("th", text);
    cell.setAttribute("scope", "col");
    return cell;
  });
  document.querySelector("#models")
    ?.replaceChildren(made("table", made("thead", made("tr", ...columns)), made("tbody", ...body)));
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
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
    }
    update();
  }, { threshold: 0.4 });
  for (const clip of clips) {
    clip.controls = false;
    observer.observe(clip);
  }
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

function showAddresses() {
  const urls = { api: config.api, auth: config.auth.url };
  for (const place of all("[data-url]")) {
    const url = urls[place.dataset.url === "api" ? "api" : "auth"];
    place.textContent = new URL(url, location.href).href;
  }
}

followTheme();
await loadText();
translate();
playClips();
await loadConfig().then(showAddresses, () => {}); // A page without a server has no addresses.
fill("/formats", showFormats);
fill("/models", showPrices);
