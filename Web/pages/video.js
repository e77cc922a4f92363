import { announce } from "../elements/announcer.js";
import { button, iconButton } from "../elements/button.js";
import { failure } from "../elements/failure.js";
import { icon } from "../elements/icon.js";
import { progressCard } from "../elements/progress-card.js";
import { remixForm } from "../elements/remix-form.js";
import { download, remove, rename } from "../elements/video-actions.js";
import { promptText, videoFacts } from "../elements/video-facts.js";
import { videoStage } from "../elements/video-stage.js";
import { ApiError } from "../app/api.js";
import { loadCatalogue } from "../app/catalogue.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { computed, effect, signal } from "../app/signal.js";
import { hasText, t } from "../app/text.js";
import { deleted, isOver, loadVideo, video } from "../app/videos.js";
import missing from "./missing.js";

export const title = "video.title";

/** @typedef {import("../app/videos.js").Video} Video */

/** @param {import("../app/router.js").Route} route */
export default function videoPage(route) {
  const id = route.id ?? "";
  const one = video(id);
  const problem = signal(/** @type {unknown} */ (null));
  const load = () => {
    problem.value = null;
    loadVideo(id).catch((error) => (problem.value = error));
  };
  load();
  // Names stand in for what could not be loaded.
  loadCatalogue().catch(() => {});
  const isGone = computed(() => problem.value instanceof ApiError && problem.value.status === 404);
  const isKnown = computed(() => one.value !== null);
  effect(() => {
    if (deleted.value.has(id)) go("videos", { replace: true });
  });
  tellTheEnd(one);

  return html`${() => {
    if (isGone.value) return missing();
    if (!isKnown.value && problem.value) return failure(load, problem.value);
    const content = isKnown.value ? about(one, route.query.has("remix")) : skeletons();
    return html`
      <div class="desk video">
        <aside class="desk-side" aria-label="${t("video.stage")}">${videoStage(one)}</aside>
        <div class="decide">${content}</div>
      </div>`;
  }}`;
}

/**
 * Whoever does not look hears that it is over.
 * @param {import("../app/signal.js").Signal<Video | null>} one
 */
function tellTheEnd(one) {
  let before = one.peek()?.status;
  effect(() => {
    const now = one.value?.status;
    if (before && before !== now && now === "completed") announce(t("video.ready"));
    before = now;
  });
}

function skeletons() {
  return html`${["line-tall", "line", "line"].map((look) =>
    html`<div class="skeleton ${look}"></div>`)}`;
}

/** @param {import("../app/signal.js").Signal<Video | null>} one @param {boolean} isRemixing */
function about(one, isRemixing) {
  const now = () => /** @type {Video} */ (one.peek());
  const name = computed(() => one.value?.title);
  // All that the page's parts depend on, so that progress does not draw them anew.
  const state = computed(() =>
    `${isOver(now()) ? one.value?.status : "under way"} ${one.value?.clip_url ? "clip" : "bare"}`);
  return html`
    <div class="row title-row">
      <h1>${() => name.value}</h1>
      ${iconButton(t("library.rename"), () => rename(now()), "pencil")}
    </div>
    ${() => state.value.startsWith("under way") ? progressCard(one)
      : html`${now().error && failed(now())}${actions(now)}`}
    ${() => state.value && videoFacts(now())}
    ${promptText(now().prompt)}
    ${() => state.value.endsWith("clip") && remixForm(now(), isRemixing)}
    ${() => !state.value.startsWith("under way") && html`<div>
      ${button("plain delete", t("video.delete"), () => remove(now()), "trash")}</div>`}`;
}

/**
 * What happened, what it means for the credits, what to do.
 * @param {Video} video
 */
function failed({ error, credits, clip_url: late }) {
  if (late) return html`<div class="notice good"><p>${t("video.late")}</p></div>`;
  const key = `failures.${error?.code}`;
  return html`
    <div class="notice ${error?.code === "cancelled" ? "" : "error"}" role="status">
      <p>${hasText(key) ? t(key) : error?.message}</p>
      <p>${t("video.refunded", { count: credits })}</p>
    </div>`;
}

/** @param {() => Video} now */
function actions(now) {
  const again = (/** @type {string} */ look) =>
    html`<a class="${look}" href="#/new?again=${now().id}">
      ${icon("refresh")}${t("library.again")}</a>`;
  if (!now().clip_url) return html`<div class="row">${again("primary")}</div>`;
  return html`
    <div class="row">
      ${button("primary", t("video.download"), () => download(now(), "mp4"), "download")}
      ${again("secondary")}
      ${button("plain", t("library.poster"), () => download(now(), "webp"))}
    </div>`;
}
