/** @type {Config} as `config.json` beside the client tells */
export const config = { api: "/v1", auth: { kind: "embedded", url: "/auth/v1" }, sandbox: false };

export async function loadConfig() {
	const answer = await fetch(new URL("../config.json", import.meta.url), { cache: "no-cache" });
	if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
	Object.assign(config, await answer.json());
}

/** A server's refusal, or "network", "timeout", "aborted". */
export class Failure extends Error {
	constructor(code = "", message = "", facts = /** @type {Facts} */ ({})) {
		super(message);
		this.code = code;
		this.facts = facts;
		this.status = facts.status ?? 0;
	}

	get isTransient() {
		return this.status === 0 || this.status === 429 || this.status >= 500;
	}
}

/** @type {any} */
const signals = AbortSignal; // Debian's TypeScript does not know its `any` and `timeout`.

/** @type {Ask} */
export const request = async (method, url, body, { headers, signal, timeout = 30_000 }) => {
	const limits = [signal, timeout && signals.timeout(timeout)].filter(Boolean);
	const sent = new Headers(headers);
	if (body !== undefined) sent.set("Content-Type", "application/json");
	try {
		return await fetch(url, {
			method, headers: sent, signal: signals.any(limits), body: JSON.stringify(body),
		});
	} catch (error) {
		throw lost(error);
	}
};

/** @param {any} error */
export function lost({ name }) {
	const code = name === "AbortError" ? "aborted" : name === "TimeoutError" ? "timeout" : "network";
	return new Failure(code);
}
