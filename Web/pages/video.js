import { loadCatalogue } from "../app/catalogue.js";
import { computed, effect, html, known, signal, t } from "../app/html.js";
import { replace } from "../app/router.js";
import { deleted, isOver, loadVideo, video } from "../app/videos.js";
import { button, failure, icon, iconButton } from "../elements/parts.js";
import { progressCard } from "../elements/progress-card.js";
import { remixForm } from "../elements/remix-form.js";
import { announce } from "../elements/say.js";
import { download, remove, rename } from "../elements/video-actions.js";
import { promptText, videoFacts } from "../elements/video-facts.js";
import { videoStage } from "../elements/video-stage.js";
import missing from "./missing.js";

export const title = "video.title";

/** @param {Route} route */
export default function videoPage({ id, query }) {
  const one = video(id ?? "");
  const problem = signal(/** @type {any} */ (null));
  const load = () => {
    problem.value = null;
    loadVideo(id ?? "").catch((error) => (problem.value = error));
  };
  load();
  // Names stand in for what could not be loaded.
  loadCatalogue().catch(() => {});
  const isKnown = computed(() => one.value !== null);
  effect(() => {
    if (deleted.value.includes(id ?? "")) replace("videos");
  });
  tellTheEnd(one);

  return html`${() => {
    if (problem.value?.status === 404) return missing();
    if (!isKnown.value && problem.value) return failure(load, problem.value);
    const content = isKnown.value ? about(one, query.has("remix")) : skeletons();
    return html`
      <div class="desk video">
        <aside class="desk-side" aria-label="${t("video.stage")}">${videoStage(one)}</aside>
        <div class="decide">${content}</div>
      </div>`;
  }}`;
}

/**
 * Whoever does not look hears that it is over.
 * @param {MaybeVideo} one
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
  return html`<div class="skeleton line-tall"></div>
    <div class="skeleton line"></div><div class="skeleton line"></div>`;
}

/** @param {MaybeVideo} one @param {boolean} isRemixing */
function about(one, isRemixing) {
  const now = () => /** @type {Video} */ (one.peek());
  const name = computed(() => one.value?.title);
  // All that the page's parts depend on, so that progress does not draw them anew.
  const isUnderWay = computed(() => one.value !== null && !isOver(one.value));
  const hasClip = computed(() => Boolean(one.value?.clip_url));
  return html`
    <div class="row title-row">
      <h1>${() => name.value}</h1>
      ${iconButton(t("library.rename"), () => rename(now()), "pencil")}
    </div>
    ${() => isUnderWay.value ? progressCard(one)
      : html`${failed(now())}${actions(now, hasClip.value)}`}
    ${videoFacts(now(), () => one.value?.status === "failed")}
    ${promptText(now().prompt)}
    ${() => hasClip.value && remixForm(now(), isRemixing)}
    ${() => !isUnderWay.value && html`<div>
      ${button("plain delete", t("video.delete"), () => remove(now()), "trash")}</div>`}`;
}

/**
 * What happened, what it means for the credits, what to do.
 * @param {Video} video
 */
function failed({ error, credits, clip_url: late }) {
  if (!error) return null;
  if (late) return html`<div class="notice good"><p>${t("video.late")}</p></div>`;
  return html`
    <div class="notice ${error.code === "cancelled" ? "" : "error"}" role="status">
      <p>${known(`failures.${error.code}`, error.message)}</p>
      <p>${t("video.refunded", { count: credits })}</p>
    </div>`;
}

/** @param {() => Video} now @param {boolean} hasClip */
function actions(now, hasClip) {
  const again = html`<a class="${hasClip ? "secondary" : "primary"}" href="#/new?again=${now().id}">
    ${icon("refresh")}${t("library.again")}</a>`;
  return html`
    <div class="row">
      ${hasClip && button("primary", t("video.download"), () => download(now(), "mp4"), "download")}
      ${again}
      ${hasClip && button("plain", t("library.poster"), () => download(now(), "webp"))}
    </div>`;
}
