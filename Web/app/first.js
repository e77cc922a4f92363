// Before anything is drawn: the chosen look, no form for who is signed in, and nothing lost that
// is sent before the modules have come.

const { dataset } = document.documentElement;

function remember() {
	try {
		dataset.theme = JSON.parse(localStorage.getItem("placemint.theme") ?? '""');
		dataset.session = localStorage.getItem("placemint.session") ? "kept" : "none";
	} catch {
		dataset.session = "none"; // Storage is forbidden: a stranger, in the system's look.
	}
}

remember();
addEventListener("storage", remember);
addEventListener("submit", ({ target, defaultPrevented: isHeard }) => {
	if (!isHeard && target instanceof HTMLFormElement) target.dataset.sent = "early";
});
