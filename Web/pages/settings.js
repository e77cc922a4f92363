import { api } from "../app/api.js";
import { html } from "../app/html.js";
import { theme } from "../app/look.js";
import { session } from "../app/session.js";
import { signal } from "../app/signal.js";
import { chosenLanguage, date, languages, t } from "../app/text.js";
import { deleteAccount } from "../elements/delete-account.js";
import { devices } from "../elements/devices.js";
import { icon } from "../elements/icon.js";
import { loaded } from "../elements/loaded.js";
import { radio } from "../elements/radio.js";
import { saveBlob } from "../elements/save.js";
import { attempt } from "../elements/video-actions.js";

export const title = "settings.title";

/** Many videos take a while to gather, in milliseconds. */
const EXPORT_LIMIT = 1_800_000;

export default function settings() {
  const look = (/** @type {string} */ name) => t(`settings.looks.${name}`);
  const looks = { "": look("system"), light: look("light"), dark: look("dark") };
  return html`
    <div class="stack settings">
      <h1>${t("settings.title")}</h1>
      <section class="surface stack tight">
        <h2>${t("settings.account")}</h2>
        <p class="email">${session.peek()?.email}</p>
        ${loaded(() => api.get("/me"), (me) =>
          html`<p class="muted small">${t("settings.since", { date: date(me.created_at) })}</p>`)}
      </section>
      <section class="surface stack">
        ${choice("language", languages, () => document.documentElement.lang, (value) => {
          chosenLanguage.value = value;
          location.reload();
        })}
        ${choice("look", looks, () => theme.value, (value) => (theme.value = value))}
      </section>
      ${devices()}
      ${exported()}
      ${deleteAccount()}
    </div>`;
}

/**
 * @param {string} name @param {Record<string, string>} options  names by value
 * @param {() => string} chosen @param {(value: any) => void} take
 */
function choice(name, options, chosen, take) {
  return html`<fieldset><legend>${t(`settings.${name}`)}</legend>
    <div class="choices">${Object.entries(options).map(([value, label]) => radio({
      name, content: html`<span>${label}</span>`, isChosen: () => value === chosen(),
      choose: () => take(value),
    }))}</div></fieldset>`;
}

/** Everything that is kept of one, as a file. */
function exported() {
  const state = signal("ready");
  async function run() {
    state.value = "busy";
    const isDone = await attempt(async () => {
      const all = await api.blob("GET", "/me/export", undefined, { timeout: EXPORT_LIMIT });
      saveBlob(all, "placemint.zip");
    });
    state.value = isDone ? "done" : "ready";
  }
  return html`
    <section class="surface stack">
      <h2>${t("settings.export.title")}</h2>
      <p class="muted">${t("settings.export.lead")}</p>
      <div class="row">
        <button class="secondary" type="button" ?disabled=${() => state.value === "busy"}
          @click=${run}>${icon("download")}${t("settings.export.run")}</button>
        <span role="status">${() =>
          state.value !== "ready" && t(`settings.export.${state.value}`)}</span>
      </div>
    </section>`;
}
