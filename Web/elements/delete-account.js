import { api } from "../app/api.js";
import { balance } from "../app/balance.js";
import { explain, html, signal, t } from "../app/html.js";
import { replace } from "../app/router.js";
import { forgetSession, session } from "../app/session.js";
import { button, valueOf } from "./parts.js";
import { ask } from "./say.js";

/** The end of an account: says what goes and what stays, and asks for the address as proof. */
export function deleteAccount() {
  const problem = signal(/** @type {Value} */ (null));
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
      replace("sign-in?deleted=1");
    } catch (error) {
      problem.value = await why(error);
    }
    isBusy.value = false;
  }

  const label = () => t(isBusy.value ? "settings.delete.busy" : "settings.delete.open");
  return html`
    <section class="surface stack">
      <h2>${t("settings.delete.title")}</h2>
      <p class="muted">${t("settings.delete.lead")}</p>
      <div role="alert">${() => problem.value && html`
        <div class="notice error">${problem.value}</div>`}</div>
      <div>${button("plain problem", label, run, "", () => isBusy.value)}</div>
    </section>`;
}

/** Asks for the address, as proof. */
function isMeant() {
  const email = session.peek()?.email ?? "";
  const count = balance.peek() ?? 0;
  const typed = signal("");
  const body = html`
    <p>${t("settings.delete.goes")}</p>
    ${count > 0 && html`<p><strong>${t("settings.delete.lost", { count })}</strong></p>`}
    <p>${t("settings.delete.stays")}</p>
    <label class="field"><span>${t("settings.delete.type", { email })}</span>
      <input type="email" autocomplete="off" autocapitalize="off" autofocus
        @input=${(event) => (typed.value = valueOf(event))}></label>`;
  return ask({
    title: t("settings.delete.ask"), body, confirm: t("settings.delete.confirm"), isDangerous: true,
    canConfirm: () => typed.value.trim().toLowerCase() === email.toLowerCase(),
  });
}

/** @param {any} error @returns {Promise<Value>} */
async function why(error) {
  if (error.code !== "not_finished") return html`<p>${explain(error)}</p>`;
  const { data } = await api.get("/videos?status=unfinished&limit=100").catch(() => ({ data: [] }));
  return html`<p>${t("settings.delete.underWay")}</p>
    <ul>${data.map((/** @type {Video} */ { id, title }) =>
      html`<li><a href="#/videos/${id}">${title}</a></li>`)}</ul>`;
}
