import { api } from "../app/api.js";
import { balance } from "../app/balance.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { forgetSession, session } from "../app/session.js";
import { signal } from "../app/signal.js";
import { explain, t } from "../app/text.js";
import { ask } from "./dialog.js";

/** The end of an account: says what goes and what stays, and asks for the address as proof. */
export function deleteAccount() {
  const problem = signal(/** @type {unknown} */ (null));
  const isBusy = signal(false);

  async function run() {
    problem.value = null;
    if (!(await isMeant())) return;
    isBusy.value = true;
    const user = session.peek()?.user;
    try {
      await api.delete("/me", { timeout: 120_000 });
      localStorage.removeItem(`placemint.draft.${user}`);
      forgetSession();
      go("sign-in?deleted=1", { replace: true });
    } catch (error) {
      problem.value = await why(error);
    }
    isBusy.value = false;
  }

  return html`
    <section class="surface stack">
      <h2>${t("settings.delete.title")}</h2>
      <p class="muted">${t("settings.delete.lead")}</p>
      <div role="alert">${() => problem.value && html`
        <div class="notice error">${problem.value}</div>`}</div>
      <div><button class="plain problem" type="button" ?disabled=${() => isBusy.value}
        @click=${run}>${() =>
          t(isBusy.value ? "settings.delete.busy" : "settings.delete.open")}</button></div>
    </section>`;
}

/** @returns {Promise<boolean>} */
function isMeant() {
  const typed = signal("");
  const email = session.peek()?.email ?? "";
  const count = balance.peek() ?? 0;
  const body = html`
    <p>${t("settings.delete.goes")}</p>
    ${count > 0 && html`<p><strong>${t("settings.delete.lost", { count })}</strong></p>`}
    <p class="muted">${t("settings.delete.stays")}</p>
    <label class="field"><span>${t("settings.delete.type", { email })}</span>
      <input type="email" autocomplete="off" autocapitalize="off" autofocus
        @input=${(/** @type {any} */ { target }) => (typed.value = target.value)}></label>`;
  return ask({
    title: t("settings.delete.ask"), body, confirm: t("settings.delete.confirm"), isDangerous: true,
    canConfirm: () => typed.value.trim().toLowerCase() === email.toLowerCase(),
  });
}

/** @param {unknown} error @returns {Promise<unknown>} */
async function why(error) {
  if (/** @type {any} */ (error).code !== "not_finished") return html`<p>${explain(error)}</p>`;
  const { data } = await api.get("/videos?status=unfinished&limit=100").catch(() => ({ data: [] }));
  return html`<p>${t("settings.delete.underWay")}</p>
    <ul>${data.map((/** @type {import("../app/videos.js").Video} */ { id, title }) =>
      html`<li><a href="#/videos/${id}">${title}</a></li>`)}</ul>`;
}
