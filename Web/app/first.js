// Runs before anything is drawn: a chosen look is there from the start, who is signed in sees no
// form to sign in, and a form that is sent before the modules have come is not lost.

const { dataset } = document.documentElement;

/** Takes what this browser remembers, in this tab and when another one changes it. */
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
