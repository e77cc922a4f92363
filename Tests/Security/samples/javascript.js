// What each rule has to find, and what it has to let be. Never loaded.

// ruleid: js-markup-from-strings
box.innerHTML = `<b>${name}</b>`;
// ruleid: js-markup-from-strings
box.outerHTML = name;
// ruleid: js-markup-from-strings
box.insertAdjacentHTML("beforeend", name);
// ruleid: js-markup-from-strings
document.write(name);
// ok: js-markup-from-strings
box.textContent = name;
// ok: js-markup-from-strings
box.replaceChildren(html`<b>${name}</b>`);

// ruleid: js-code-from-strings
eval(text);
// ruleid: js-code-from-strings
new Function("a", text);
// ruleid: js-code-from-strings
setTimeout("run()", 10);
// ok: js-code-from-strings
setTimeout(run, 10);
// ok: js-code-from-strings
const name = function () {};

// ruleid: js-request-in-a-new-place
fetch(address, { headers: { Authorization: `Bearer ${token}` } });
// ruleid: js-request-in-a-new-place
new WebSocket(address);
// ruleid: js-request-in-a-new-place
navigator.sendBeacon(address, text);
// ok: js-request-in-a-new-place
api.get("/videos");

// ruleid: js-module-from-elsewhere
import(address);
// ok: js-module-from-elsewhere
import("../pages/new.js");

// ruleid: js-secret-in-log
console.log("signed in", session);
// ruleid: js-secret-in-log
console.debug(`token ${accessToken}`);
// ok: js-secret-in-log
console.warn(`${this.key} could not be remembered.`);

// ruleid: js-address-from-elsewhere
window.open(address);
// ruleid: js-address-from-elsewhere
frame.srcdoc = text;
// ok: js-address-from-elsewhere
link.href = video.clip_url;
