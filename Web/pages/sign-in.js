import { codeBoxes } from "../elements/code-boxes.js";
import { icon } from "../elements/icon.js";
import { html } from "../app/html.js";
import { go } from "../app/router.js";
import { hasExpired, requestCode, session, SignInError, verifyCode } from "../app/session.js";
import { effect, onCleanup, signal } from "../app/signal.js";
import { hasText, t } from "../app/text.js";

export const title = "signIn.title";

/** A mail a minute is the server's limit. */
const RESEND = 60;

/** @param {import("../app/router.js").Route} route */
export default function signIn(route) {
  const next = route.query.get("next") ?? "new";
  const email = signal("");
  const isBusy = signal(false);
  const problem = signal("");
  const wait = signal(0);
  const timer = setInterval(() => (wait.value = Math.max(0, wait.peek() - 1)), 1000);
  onCleanup(() => clearInterval(timer));
  effect(() => {
    if (session.value) go(next, { replace: true });
  });

  /** @param {() => Promise<void>} action @returns {Promise<boolean>} */
  async function attempt(action) {
    isBusy.value = true;
    problem.value = "";
    try {
      await action();
      return true;
    } catch (error) {
      problem.value = reason(error);
      if (error instanceof SignInError && error.code === "over_email_send_rate_limit") {
        wait.value = error.retryAfter ?? RESEND;
      }
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  /** @param {string} address */
  async function send(address) {
    const isSent = await attempt(() => requestCode(address));
    if (!isSent) return;
    email.value = address;
    wait.value = RESEND;
  }

  return html`
    <section class="sign-in">
      ${() => hasExpired.value && html`<p class="notice" role="status">${t("signIn.expired")}</p>`}
      ${route.query.has("deleted") && html`<p class="notice good" role="status">${t("settings.delete.done")}</p>`}
      ${() => (email.value ? enterCode() : enterEmail())}
      <p class="problem" id="sign-in-problem" role="alert">${() => problem.value}</p>
    </section>`;

  function enterEmail() {
    /** @type {HTMLInputElement | undefined} */
    let input;
    /** @param {SubmitEvent} event */
    const submit = (event) => {
      event.preventDefault();
      send(input?.value.trim() ?? "");
    };
    return html`
      <h1>${t("signIn.title")}</h1>
      <p class="muted">${t("signIn.lead")}</p>
      <form class="stack" @submit=${submit}>
        <label class="field"><span>${t("signIn.email")}</span>
          <input type="email" name="email" autocomplete="email" inputmode="email" required autofocus
            aria-describedby="sign-in-problem"
            ref=${(/** @type {HTMLInputElement} */ node) => (input = node)}></label>
        <button class="primary" type="submit" ?disabled=${() => isBusy.value}>${() =>
          t(isBusy.value ? "signIn.sending" : "signIn.send")}</button>
      </form>`;
  }

  function enterCode() {
    const boxes = codeBoxes({
      describedBy: "sign-in-problem",
      onComplete: async (code) => {
        if (!(await attempt(() => verifyCode(email.peek(), code)))) boxes.clear();
      },
    });
    queueMicrotask(boxes.focus);
    const back = () => {
      problem.value = "";
      email.value = "";
    };
    return html`
      <h1>${t("signIn.codeTitle")}</h1>
      <p class="muted">${t("signIn.sentTo", { email: email.peek() })}</p>
      ${boxes.fragment}
      <div class="row">
        <button class="plain" type="button" ?disabled=${() => wait.value > 0 || isBusy.value}
          @click=${() => send(email.peek())}>${() =>
            wait.value > 0 ? t("signIn.resendIn", { seconds: wait.value }) : t("signIn.resend")}</button>
        <button class="plain" type="button" @click=${back}>${icon("chevron-left")}${t("signIn.other")}</button>
      </div>`;
  }
}

/** @param {unknown} error */
function reason(error) {
  const code = error instanceof SignInError ? error.code : "unexpected_failure";
  const seconds = error instanceof SignInError ? error.retryAfter ?? RESEND : RESEND;
  return t(hasText(`signIn.errors.${code}`) ? `signIn.errors.${code}` : "signIn.errors.unexpected_failure", { seconds });
}
