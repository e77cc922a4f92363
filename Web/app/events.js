// Follows the server by its events, or by asking while those do not come.

import { api } from "./api.js";
import { wallet } from "./money.js";
import { session } from "./session.js";
import { computed, effect, onCleanup, signal } from "./signal.js";
import { videos } from "./videos.js";

/** @type {Signal<Connection>} */
export const connection = signal("starting");

/** The server sends a sign of life every 15 s: a stream silent for longer is dead. */
const SILENCE = 40_000;
/** In milliseconds; the last goes on. */
const PAUSES = [500, 1_000, 3_000];

let wake = () => {};
let hangUp = () => {};

export function followEvents() {
	const user = computed(() => session()?.user);
	effect(() => {
		if (!user()) return;
		const stopped = new AbortController();
		follow(stopped.signal);
		onCleanup(() => {
			stopped.abort();
			hangUp();
			wake();
		});
	});
	addEventListener("online", () => wake());
	// An open stream does not break by itself when the network goes.
	addEventListener("offline", () => hangUp());
	document.addEventListener("visibilitychange", () => document.hidden || wake());
}

/** @param {AbortSignal} stopped */
async function follow(stopped) {
	for (let failures = 0; !stopped.aborted; failures += 1) {
		try {
			await listen(() => (failures = 0));
		} catch (error) {
			if (stopped.aborted) return;
			await poll(error);
		}
		await new Promise((resolve) => {
			wake = () => resolve(null);
			setTimeout(wake, PAUSES[Math.min(failures, PAUSES.length - 1)]);
		});
	}
}

/** @param {() => void} onOpen */
async function listen(onOpen) {
	const stopped = new AbortController();
	hangUp = () => stopped.abort();
	let watchdog = setTimeout(hangUp, SILENCE);
	try {
		/** @type {any} */
		const { body } = await api.stream("/events", stopped.signal);
		connection.set("live");
		onOpen();
		// The stream begins with what is under way, not with what ended while there was none.
		videos.refresh().catch(() => {});
		const parse = eventParser();
		const reader = body.pipeThrough(new TextDecoderStream()).getReader();
		for (;;) {
			const { value, done } = await reader.read();
			if (done) return;
			clearTimeout(watchdog);
			watchdog = setTimeout(hangUp, SILENCE);
			for (const { event, data } of parse(value)) {
				if (event === "video") videos.hear(JSON.parse(data));
				if (event === "credits") wallet.hear(JSON.parse(data));
			}
		}
	} finally {
		clearTimeout(watchdog);
	}
}

/** @param {any} error */
async function poll({ code }) {
	try {
		await Promise.all([wallet.refresh(), videos.refresh()]);
		connection.set("polling");
	} catch {
		connection.set(code === "network" || !navigator.onLine ? "offline" : "polling");
	}
}

// Of streams as the server writes them: each field in one line.
/** @type {EventParser} */
export const eventParser = () => {
	let rest = "";
	return (text) => {
		const blocks = (rest + text).split("\n\n");
		rest = blocks.pop() ?? "";
		return blocks.map((block) =>
			Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2))));
	};
};
