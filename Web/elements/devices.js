import { api } from "../app/api.js";
import { config } from "../app/http.js";
import { date, html, signal, t } from "../app/html.js";
import { signOut } from "../app/session.js";
import { button, loaded } from "./parts.js";
import { attempt, toast } from "./say.js";

/** Marks of browsers and systems. The first counts: those name what they descend from, too. */
const BROWSERS = {
  Edg: "Edge", OPR: "Opera", SamsungBrowser: "Samsung Internet", Firefox: "Firefox",
  FxiOS: "Firefox", Chrome: "Chrome", CriOS: "Chrome", Safari: "Safari",
};
const SYSTEMS = {
  iPhone: "iPhone", iPad: "iPad", Android: "Android", Windows: "Windows", CrOS: "ChromeOS",
  "Mac OS": "macOS", Linux: "Linux",
};

/** Where one is signed in, and ways to end that. Only the built-in sign-in has a list of it. */
export function devices() {
  const hasList = config.auth.kind === "embedded";
  return html`
    <section class="surface stack">
      <h2>${t(hasList ? "settings.devices" : "settings.signOut")}</h2>
      ${hasList && loaded(async () => (await api.get("/me/sessions")).data, list)}
      <div class="row">
        ${button("secondary", t("settings.signOut"), () => end("local"), "sign-out")}
        ${button("plain", t("settings.signOutAll"), () => end("global"))}
      </div>
    </section>`;
}

/** @param {"local" | "global"} scope */
async function end(scope) {
  // Here it ends in any case; elsewhere only the server can end it.
  await signOut(scope).catch(() => toast(t("settings.signOutFailed")));
}

/** @param {Device[]} all */
function list(all) {
  const left = signal(all.sort((a, b) => Number(b.current) - Number(a.current)));

  /** @param {string} id @param {HTMLElement} place */
  async function signOutOf(id, place) {
    if (!(await attempt(() => api.delete(`/me/sessions/${id}`)))) return;
    left.value = left.peek().filter((one) => one.id !== id);
    place.focus();
    toast(t("settings.signedOut"));
  }

  /** @param {Device} device */
  function line({ id, current, user_agent: agent = "", last_seen_at: seen }) {
    const device = nameOf(agent);
    return html`<li class="row spread">
      <span>${device} <span class="small muted">${current ? t("settings.here")
        : t("settings.seen", { when: date(seen, "short") })}</span></span>
      ${!current && html`<button class="plain" type="button"
        aria-label="${t("settings.signOutOf", { device })}"
        @click=${({ target }) => signOutOf(id, target.closest("ul"))}>${
          t("settings.signOut")}</button>`}
    </li>`;
  }

  return html`<ul class="devices" tabindex="-1">${() => left.value.map(line)}</ul>`;
}

/** @param {string} agent */
function nameOf(agent) {
  const find = (/** @type {object} */ names) =>
    Object.entries(names).find(([mark]) => agent.includes(mark))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser && system) return t("settings.device", { browser, system });
  return browser ?? system ?? t("settings.otherDevice");
}
