// The studio's start: settings, words, who is signed in, and then the page that the address names.

import { connectionNotice } from "../elements/connection-notice.js";
import { announce } from "../elements/announcer.js";
import { failure } from "../elements/failure.js";
import { shell } from "../elements/shell.js";
import { forgetBalance } from "./balance.js";
import { loadConfig } from "./config.js";
import { followEvents } from "./events.js";
import { followTheme } from "./look.js";
import { go, route } from "./router.js";
import { session } from "./session.js";
import { computed, effect, scope, untracked } from "./signal.js";
import { loadText, t } from "./text.js";
import { forgetVideos } from "./videos.js";

/** @typedef {{title: string, default: (route: import("./router.js").Route) => Node}} Page */

/** @type {Record<string, () => Promise<Page>>} */
const pages = {
  "sign-in": () => import("../pages/sign-in.js"),
  new: () => import("../pages/new.js"),
  videos: () => import("../pages/library.js"),
  video: () => import("../pages/video.js"),
  credits: () => import("../pages/credits.js"),
  settings: () => import("../pages/settings.js"),
  missing: () => import("../pages/missing.js"),
};

const place = /** @type {HTMLElement} */ (document.querySelector("#page"));
let leave = () => {};
let turn = 0;

/**
 * The page of a route: one video has a page of its own.
 * @param {import("./router.js").Route} to
 */
function nameOf(to) {
  if (to.page === "videos" && to.id) return "video";
  return to.page in pages && to.page !== "video" ? to.page : "missing";
}

/** @param {import("./router.js").Route} to @param {boolean} isFirst @returns {Promise<void>} */
async function show(to, isFirst) {
  const mine = ++turn;
  const name = nameOf(to);
  if (name !== "sign-in" && !session.peek()) {
    const next = location.hash.replace(/^#\/?/, "");
    return go(next ? `sign-in?next=${encodeURIComponent(next)}` : "sign-in", { replace: true });
  }
  place.setAttribute("aria-busy", "true");
  const page = await load(name);
  if (mine !== turn) return;
  leave();
  place.removeAttribute("aria-busy");
  if (!page) {
    leave = () => {};
    return place.replaceChildren(failure(() => show(to, false)));
  }
  const [content, end] = scope(() => page.default(to));
  leave = end;
  place.dataset.page = name;
  place.replaceChildren(content);
  document.title = `${t(page.title)} · Placemint`;
  if (isFirst) return;
  scrollTo({ top: 0 });
  place.focus({ preventScroll: true });
  announce(t(page.title));
}

/** @param {string} name */
async function load(name) {
  try {
    return await pages[name]();
  } catch {
    return null; // Not there, or no network: said on the page, with a way to try again.
  }
}

async function start() {
  followTheme();
  try {
    await Promise.all([loadConfig(), loadText()]);
  } catch {
    place.replaceChildren(failure(() => location.reload()));
    return;
  }
  document.querySelector("#shell")?.replaceChildren(shell(), connectionNotice());
  followEvents();
  let user = session.peek()?.user;
  let isFirst = true;
  // A refreshed session is another object of the same user: the page stays as it is.
  const signedIn = computed(() => session.value?.user);
  effect(() => {
    const next = signedIn.value;
    const to = route.value;
    if (next !== user) {
      forgetBalance();
      forgetVideos();
    }
    user = next;
    untracked(() => show(to, isFirst));
    isFirst = false;
  });
}

start();
