import { config, Failure, lost, request } from "./http.js";
import { auth } from "./session.js";
import { parse } from "./signal.js";

/** @type {Api} */
export const api = {
	get: (path, options) => json("GET", path, undefined, options),
	post: (path, body = {}, options) => json("POST", path, body, options),
	patch: (path, body) => json("PATCH", path, body),
	delete: (path, options) => json("DELETE", path, undefined, options),

	async blob(method, path, body, options) {
		const answer = await send(method, path, body, options);
		return answer.blob().catch((error) => {
			throw lost(error);
		});
	},

	stream: (path, signal) => send("GET", path, undefined, { signal, timeout: 0 }),

	// Only the old way tells how far an upload is.
	async upload(file, { name, signal, onProgress }) {
		const token = await auth.token();
		const form = new FormData();
		form.append("file", file, name);
		const request = new XMLHttpRequest();
		request.open("POST", `${config.api}/files`);
		request.setRequestHeader("Authorization", `Bearer ${token}`);
		request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
		return new Promise((resolve, reject) => {
			request.onload = () => {
				const { status, responseText: text } = request;
				if (status === 200) return resolve(parse(text));
				reject(refusal(status, text, (header) => request.getResponseHeader(header)));
			};
			request.onerror = () => reject(new Failure("network"));
			request.onabort = () => reject(new Failure("aborted"));
			signal.addEventListener("abort", () => request.abort());
			request.send(form);
			if (signal.aborted) request.abort();
		});
	},
};

/** @type {Send<any>} */
const json = async (...asked) => {
	const answer = await send(...asked);
	return answer.status === 204 ? null : answer.json();
};

/** @type {Send<Response>} */
const send = async (method, path, body, options = {}, refused) => {
	const token = await auth.token(refused);
	const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
	const answer = await request(method, config.api + path, body, { ...options, headers });
	if (answer.ok) return answer;
	if (answer.status === 401 && token && !refused) return send(method, path, body, options, token);
	throw refusal(answer.status, await answer.text(), (header) => answer.headers.get(header));
};

/** @type {Refusal} */
const refusal = (status, text, header) => {
	const { code = `http_${status}`, message, ...facts } = parse(text)?.error ?? {};
	const seconds = Number(header("retry-after")) || 60;
	const requestId = header("x-request-id") ?? undefined;
	return new Failure(code, message, { ...facts, status, requestId, seconds });
};
