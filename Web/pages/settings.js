import {
  api, chosenLanguage, date, effect, html, kept, languages, loaded, radios, session, t,
} from "../elements/parts.js";
import { deleteAccount, devices, exported } from "../elements/account.js";

export const title = "settings.title";

/** `first.js` reads it before anything is drawn. */
const theme = kept("theme", "");

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
