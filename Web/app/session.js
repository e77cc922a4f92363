// Who is signed in, by Supabase Auth's protocol.

import { config, Failure, request } from "./http.js";
import { parse, remembered, signal } from "./signal.js";

const KEY = "placemint.session";
/** In seconds: clocks differ. */
const MARGIN = 60;
/** Answers to a session that has ended, as RFC 6749, 5.2 and the protocol have them. */
const ENDED = [400, 401, 403];

/** @type {() => Session | null} */
const stored = () => remembered(KEY);
export const session = signal(stored());
/** Without the user's wish. */
export const hasExpired = signal(false);

addEventListener("storage", ({ key }) => {
	if (key === KEY || key === null) adopt(stored());
});

/** @param {Session | null} next */
function adopt(next) {
	const now = session();
	if (now?.refreshToken !== next?.refreshToken || now?.user !== next?.user) session.set(next);
}

/** @param {any} answer */
function keep({ user, access_token: accessToken, refresh_token: refreshToken, ...times }) {
	const expiresAt = times.expires_at ?? Date.now() / 1000 + times.expires_in;
	const next = { user: user.id, email: user.email, accessToken, expiresAt, refreshToken };
	localStorage.setItem(KEY, JSON.stringify(next));
	session.set(next);
}

/** @type {Auth} */
export const auth = {
	requestCode: (email) => ask("otp", { email, create_user: true }),

	async verifyCode(email, token) {
		keep(await ask("verify", { type: "email", email, token }));
		hasExpired.set(false);
	},

	async token(refused) {
		const isGood = (held = session.peek()) => !held
			|| (held.accessToken !== refused && held.expiresAt - MARGIN > Date.now() / 1000);
		const renew = async () => {
			adopt(stored());
			if (!isGood(stored())) await refresh();
		};
		// One tab at a time. Plain HTTP has no locks: two tabs may both refresh, which servers bear.
		if (!isGood()) await (navigator.locks?.request(KEY, renew) ?? renew());
		return session.peek()?.accessToken ?? null;
	},

	async signOut(scope) {
		const token = await auth.token().catch(() => {});
		try {
			if (token) await ask(`logout?scope=${scope}`, {}, token);
		} finally {
			auth.forget();
		}
	},

	forget() {
		localStorage.removeItem(KEY);
		session.set(null);
	},
};

async function refresh() {
	const body = { refresh_token: stored()?.refreshToken };
	try {
		keep(await ask("token?grant_type=refresh_token", body));
	} catch (/** @type {any} */ error) {
		// A server that cannot be reached, or is busy, has not ended anything.
		if (!ENDED.includes(error.status)) throw error;
		hasExpired.set(true);
		auth.forget();
	}
}

/** @param {string} path @param {object} body @param {string} [token] */
async function ask(path, body, token) {
	const { kind, url, key } = config.auth;
	const answer = await request("POST", `${url}/${path}`, body, { headers: {
		...(key && { apikey: key }),
		...(kind === "supabase" && { "X-Supabase-Api-Version": "2024-01-01" }),
		...(token && { Authorization: `Bearer ${token}` }),
	} });
	const said = parse(await answer.text()) ?? {};
	if (answer.ok) return said;
	// Older versions of the protocol have a number in `code`.
	const code = said.error_code ?? (typeof said.code === "string" ? said.code : "unknown");
	const seconds = Number(answer.headers.get("retry-after")) || 60;
	throw new Failure(code, said.message ?? said.msg, { seconds, status: answer.status });
}
