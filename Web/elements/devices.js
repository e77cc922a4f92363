import { api } from "../app/api.js";
import { deviceName } from "../app/device-name.js";
import { html } from "../app/html.js";
import { signOut } from "../app/session.js";
import { signal } from "../app/signal.js";
import { ago, t } from "../app/text.js";
import { icon } from "./icon.js";
import { loaded } from "./loaded.js";
import { toast } from "./toast.js";
import { attempt } from "./video-actions.js";

/** @typedef {{id: string, current: boolean, user_agent: string | null, created_at: number, last_seen_at: number}} Device */

/** Where one is signed in, and ways to end that. */
export function devices() {
  return html`
    <section class="surface stack">
      <h2>${t("settings.devices")}</h2>
      ${loaded(async () => (await api.get("/me/sessions")).data, list)}
      <div class="row">
        <button class="secondary" type="button" @click=${() => end("local")}>${icon("sign-out")}${t("settings.signOut")}</button>
        <button class="plain" type="button" @click=${() => end("global")}>${t("settings.signOutAll")}</button>
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
  /** @type {HTMLElement | undefined} */
  let place;
  /** @param {Device} device */
  const signOutOf = async ({ id }) => {
    if (!(await attempt(() => api.delete(`/me/sessions/${id}`)))) return;
    left.value = left.peek().filter((one) => one.id !== id);
    place?.focus();
    toast(t("settings.signedOut"));
  };
  return html`<ul class="devices" tabindex="-1" ref=${(/** @type {HTMLElement} */ node) => (place = node)}>${() => left.value.map((device) => html`
    <li class="row spread">
      <span>${deviceName(device.user_agent)}
        <span class="small muted">${device.current ? t("settings.here")
          : t("settings.seen", { when: ago(device.last_seen_at) })}</span></span>
      ${!device.current && html`<button class="plain" type="button" @click=${() => signOutOf(device)}
        aria-label="${t("settings.signOutOf", { device: deviceName(device.user_agent) })}">${t("settings.signOut")}</button>`}
    </li>`)}</ul>`;
}
