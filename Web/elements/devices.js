import { api } from "../app/api.js";
import { deviceName } from "../app/device-name.js";
import { html } from "../app/html.js";
import { signOut } from "../app/session.js";
import { signal } from "../app/signal.js";
import { ago, t } from "../app/text.js";
import { button } from "./button.js";
import { loaded } from "./loaded.js";
import { toast } from "./toast.js";
import { attempt } from "./video-actions.js";

/**
 * @typedef {{id: string, current: boolean, user_agent?: string, created_at: number,
 *   last_seen_at: number}} Device
 */

/** Where one is signed in, and ways to end that. */
export function devices() {
  return html`
    <section class="surface stack">
      <h2>${t("settings.devices")}</h2>
      ${loaded(async () => (await api.get("/me/sessions")).data, list)}
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
  /** @type {HTMLElement | undefined} */
  let place;
  /** @param {Device} device */
  const signOutOf = async ({ id }) => {
    if (!(await attempt(() => api.delete(`/me/sessions/${id}`)))) return;
    left.value = left.peek().filter((one) => one.id !== id);
    place?.focus();
    toast(t("settings.signedOut"));
  };
  /** @param {Device} device */
  const line = (device) => {
    const name = deviceName(device.user_agent);
    const when = t("settings.seen", { when: ago(device.last_seen_at) });
    return html`<li class="row spread">
      <span>${name}
        <span class="small muted">${device.current ? t("settings.here") : when}</span></span>
      ${!device.current && html`<button class="plain" type="button"
        aria-label="${t("settings.signOutOf", { device: name })}"
        @click=${() => signOutOf(device)}>${t("settings.signOut")}</button>`}
    </li>`;
  };
  return html`<ul class="devices" tabindex="-1"
    ref=${(/** @type {HTMLElement} */ node) => (place = node)}>${() => left.value.map(line)}</ul>`;
}
