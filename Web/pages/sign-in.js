import { effect, html, known, onCleanup, signal, t } from "../app/html.js";
import { replace } from "../app/router.js";
import { auth, hasExpired, session } from "../app/session.js";

/** A mail a minute is the server's limit, in seconds. */
const RESEND = 60;
const DIGITS = 6;

/** @type {Page["default"]} */
export default ({ query }, section) => {
	const form = section.getElementsByTagName("form")[0];
	const [input, submit] = /** @type {any} */ (form.elements);
	const email = signal("");
	const isBusy = signal(false);
	const problem = signal("");
	const wait = signal(0);
	const timer = setInterval(() => wait.set(Math.max(0, wait() - 1)), 1000);

	/** @type {Attempt} */
	const attempt = async (action) => {
		isBusy.set(true);
		problem.set("");
		try {
			await action();
			return true;
		} catch (/** @type {any} */ error) {
			const { code, facts } = error;
			const seconds = facts?.seconds ?? RESEND;
			if (code === "over_email_send_rate_limit") wait.set(seconds);
			problem.set(known(`signIn.errors.${code}`, t("signIn.errors.unknown"), { seconds }));
			return false;
		} finally {
			isBusy.set(false);
		}
	}

	/** @param {string} address */
	async function send(address) {
		if (!(await attempt(() => auth.requestCode(address)))) return;
		email.set(address);
		wait.set(RESEND);
	}

	/** @type {Handler} */
	const enter = async ({ target }) => {
		// Pasted, it may have blanks and words around it.
		const code = target.value.replace(/\D/g, "").slice(0, DIGITS);
		target.value = code;
		if (code.length < DIGITS || isBusy()) return;
		if (await attempt(() => auth.verifyCode(email(), code))) return;
		target.value = "";
		target.focus();
	};

	const back = () => {
		problem.set("");
		email.set("");
		input.focus();
	};
	const resend = () =>
		t(wait() > 0 ? "signIn.resendIn" : "signIn.resend", { seconds: wait() });
	const enterCode = () => html`
		<h1>${t("signIn.codeTitle")}</h1>
		<p class="muted">${t("signIn.sentTo", { email: email.peek() })}</p>
		<label class="field"><span>${t("signIn.code")}</span>
			<input class="code" inputmode="numeric" autocomplete="one-time-code"
				aria-describedby="sign-in-problem" @input=${enter}
				ref=${(node) => queueMicrotask(() => node.focus())}></label>
		<div class="row">
			<button class="plain" type="button" disabled="${() => wait() > 0 || isBusy()}"
				@click=${() => send(email())}>${resend}</button>
			<button class="plain" type="button" @click=${back}>${t("signIn.other")}</button>
		</div>`;

	form.onsubmit = (event) => {
		event.preventDefault();
		if (!isBusy()) send(input.value.trim());
	};
	effect(() => {
		form.hidden = email() !== "";
		submit.disabled = isBusy();
		submit.textContent = t(isBusy() ? "signIn.sending" : "signIn.send");
	});
	effect(() => {
		if (session()) replace(query.get("next") ?? "new");
	});
	form.before(html`
		${() => hasExpired() && html`<p class="notice" role="status">${t("signIn.expired")}</p>`}
		${query.has("deleted") && html`<p class="notice good" role="status">${
			t("settings.delete.done")}</p>`}`);
	form.after(html`
		${() => email() && enterCode()}
		<p class="problem" id="sign-in-problem" role="alert">${problem}</p>`);
	onCleanup(() => {
		clearInterval(timer);
		form.hidden = false;
		section.replaceChildren(form);
	});
	if (form.dataset.sent) form.requestSubmit();
	delete form.dataset.sent;
	return section;
};
