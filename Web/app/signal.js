// Values that tell who depends on them when they change.

/** @type {Reaction | null} */
let observer = null;
/** @type {Set<Cleanup> | null} */
let owner = null;
const waiting = new Set();
let isFlushing = false;

/** @type {MakeSignal} */
export const signal = (/** @type {any} */ value) => {
	const reactions = new Set();
	const read = () => {
		if (observer) {
			reactions.add(observer);
			observer.sources.add(reactions);
		}
		return value;
	};
	return Object.assign(read, {
		peek: () => value,
		set(/** @type {any} */ next) {
			if (Object.is(next, value)) return;
			value = next;
			for (const reaction of reactions) waiting.add(reaction);
			flush();
		},
	});
};

function flush() {
	if (isFlushing) return;
	isFlushing = true;
	try {
		for (const reaction of waiting) {
			waiting.delete(reaction);
			reaction.run();
		}
	} finally {
		isFlushing = false;
	}
}

/** @type {Within} */
const within = (by, to, work) => {
	const outer = /** @type {const} */ ([observer, owner]);
	[observer, owner] = [by, to];
	try {
		return work();
	} finally {
		[observer, owner] = outer;
	}
};

/** @param {Set<any>} cleanups */
function clear(cleanups) {
	for (const cleanup of cleanups) cleanup();
	cleanups.clear();
}

/** @param {() => void} action  runs again when a signal that it read changes */
export function effect(action) {
	const owned = new Set();
	const reaction = { run, sources: new Set() };

	function forget() {
		clear(owned);
		for (const source of reaction.sources) source.delete(reaction);
		reaction.sources.clear();
	}

	function run() {
		forget();
		within(reaction, owned, action);
	}

	function end() {
		forget();
		waiting.delete(reaction);
	}

	onCleanup(end);
	run();
	return end;
}

/** @type {Computed} */
export const computed = (work) => {
	const made = signal(null);
	effect(() => {
		made.set(work());
	});
	return made;
};

/** @type {Scope} */
export const scope = (work) => {
	const owned = new Set();
	return [within(null, owned, work), () => clear(owned)];
};

/** @type {Untracked} */
export const untracked = (work) => within(null, owner, work);

/** @param {Cleanup} action  for when what is made now goes */
export function onCleanup(action) {
	owner?.add(action);
}

/** @type {Kept} */
export const kept = (name, initial) => {
	const key = `placemint.${name}`;
	const read = () => remembered(key) ?? initial;
	const made = signal(read());
	addEventListener("storage", (event) => {
		if (event.key === key || event.key === null) made.set(read());
	});
	return Object.assign(() => made(), {
		peek: made.peek,
		set(/** @type {any} */ value) {
			// A full or forbidden storage costs remembering, not working.
			try {
				localStorage.setItem(key, JSON.stringify(value));
			} catch {
				console.warn(`${key} could not be remembered.`);
			}
			made.set(value);
		},
	});
};

/** @type {Reading} */
const quietly = (read) => {
	try {
		return JSON.parse(read() ?? "null");
	} catch {
		return null;
	}
};

export const parse = (text = "") => quietly(() => text);
export const remembered = (key = "") => quietly(() => localStorage.getItem(key));
