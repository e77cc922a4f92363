import { api } from "../app/api.js";
import { chosenLanguage, date, effect, html, kept, languages, signal, t } from "../app/html.js";
import { session } from "../app/session.js";
import { deleteAccount } from "../elements/delete-account.js";
import { devices } from "../elements/devices.js";
import { button, loaded, radios } from "../elements/parts.js";
import { saveBlob } from "../elements/save.js";
import { attempt } from "../elements/say.js";

export const title = "settings.title";

/** `first.js` reads it before anything is drawn. */
const theme = kept("theme", "");
/** Many videos take a while to gather, in milliseconds. */
const EXPORT_LIMIT = 1_800_000;

export default function settings() {
  const { documentElement: page } = document;
  const looks = {
    "": t("settings.looks.system"), light: t("settings.looks.light"), dark: t("settings.looks.dark"),
  };
  effect(() => {
    page.dataset.theme = theme.value;
  });
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
        <fieldset><legend>${t("settings.language")}</legend>
          ${radios("language", languages, () => page.lang, (value) => {
            chosenLanguage.value = value;
            location.reload();
          })}</fieldset>
        <fieldset><legend>${t("settings.look")}</legend>
          ${radios("look", looks, () => theme.value, (value) => (theme.value = value))}</fieldset>
      </section>
      ${devices()}
      ${exported()}
      ${deleteAccount()}
    </div>`;
}

/** Everything that is kept of one, as a file. */
function exported() {
  const state = signal("ready");
  const isBusy = () => state.value === "busy";
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
        ${button("secondary", t("settings.export.run"), run, "download", isBusy)}
        <span role="status">${() =>
          state.value !== "ready" && t(`settings.export.${state.value}`)}</span>
      </div>
    </section>`;
}
