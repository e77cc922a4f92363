import {
  api, catalogue, changes, computed, deleted, each, endless, formatText, hearVideo, html, icon,
  isOver, knownVideos, loadCatalogue, radios, signal, t,
} from "../elements/parts.js";
import { videoTile } from "../elements/video-tile.js";

export const title = "library.title";

/** No page is there yet: ids grow with time, and never reach it. */
const NOTHING = "~";

/** @param {Route} route */
export default function library(route) {
  const status = signal(route.query.get("status") ?? "");
  const format = signal(route.query.get("format") ?? "");
  /** Of older videos only some are known, which are not shown. */
  const oldest = signal(NOTHING);
  const query = () => new URLSearchParams([["status", status.peek()], ["format", format.peek()]]
    .filter(([, value]) => value));
  const list = endless(async (after) => {
    const wanted = query();
    wanted.set("limit", "24");
    if (after) wanted.set("after", after);
    const part = await api.get(`/videos?${wanted}`);
    part.data.forEach(hearVideo);
    oldest.value = part.has_more ? part.last_id : "";
    return part;
  });

  /** @param {Video} one */
  const fits = (one) => one.id >= oldest.value && !deleted.value.includes(one.id)
    && (!format.value || one.format === format.value)
    && (!status.value || status.value === (isOver(one) ? one.status : "unfinished"));
  const shown = computed(() => changes.value < 0 || oldest.value === NOTHING ? null
    : knownVideos().filter(fits).map(({ id }) => id));
  const isFiltered = () => status.value + format.value !== "";
  const state = computed(() => shown.value?.length ? "full" : shown.value ? "empty" : "loading");
  const hasFilters = computed(() => state.value !== "empty" || isFiltered());

  /** @type {(part: Signal<string>, value: string) => void} */
  const choose = (part, value) => {
    oldest.value = NOTHING;
    part.value = value;
    // Not a way to another page: the address alone changes, so that the focus stays.
    history.replaceState(null, "", `#/videos${query().toString() && `?${query()}`}`);
    list.restart();
  };

  function filters() {
    if (!catalogue.peek()) loadCatalogue().catch(() => {}); // A filter less.
    const states = {
      "": t("library.states.all"), completed: t("library.states.completed"),
      unfinished: t("library.states.unfinished"), failed: t("library.states.failed"),
    };
    return html`${make()}
      <fieldset><legend class="unseen">${t("library.filter")}</legend>
        ${radios("status", states, () => status.value, (value) => choose(status, value))}</fieldset>
      <label class="field"><span class="unseen">${t("library.format")}</span>
        <select @change=${({ target }) => choose(format, target.value)}>
          <option value="">${t("library.anyFormat")}</option>
          ${() => catalogue.value?.formats.map(({ id }) => html`
            <option value="${id}" selected="${id === format.peek()}">${
              formatText(id, "title")}</option>`)}
        </select></label>`;
  }

  const none = () => html`<p class="muted none">${t("library.none")}</p>`;
  const skeletons = () => html`<div class="tiles" aria-hidden="true">${Array.from({ length: 5 }, () =>
    html`<div class="tall skeleton"></div>`)}</div>`;
  return html`
    <section class="stack library">
      <div class="library-head">
        <h1>${t("library.title")}</h1>
        ${() => hasFilters.value && filters()}
      </div>
      <ul class="tiles" hidden="${() => state.value !== "full"}">${
        each(() => shown.value ?? [], videoTile)}</ul>
      ${() => state.value === "empty" && (isFiltered() ? none() : sample())}
      ${() => state.value === "loading" && !list.state.value.error && skeletons()}
      ${list.foot}
    </section>`;
}

function make() {
  return html`<a class="primary" href="#/new">${icon("plus")}${t("nav.new")}</a>`;
}

function sample() {
  const address = "../pictures/samples/unboxing";
  return html`
    <div class="center empty">
      <figure class="sample">
        <div class="tall"><video src="${address}.mp4" poster="${address}.jpg" controls muted loop
          playsinline preload="none" aria-label="${t("library.sample")}"></video></div>
        <figcaption class="small muted">${t("library.sample")}</figcaption>
      </figure>
      <h2>${t("library.empty")}</h2>
      <p class="muted">${t("library.emptyText")}</p>
      ${make()}
    </div>`;
}
