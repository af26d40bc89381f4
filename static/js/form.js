// Three small kindnesses: the error summary takes the focus, a form is sent once, and unsaved
// writing is not lost by a slip.  Every form works without this module.
function focusSummary(root) {
  root.querySelector?.("[data-error-summary]")?.focus();
}

const unsaved = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-warn]");
  if (form) unsaved.add(form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of unsaved) {
    if (form.isConnected) {
      event.preventDefault();
      return;
    }
  }
});

document.addEventListener("draft-saved", (event) => unsaved.delete(event.target));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-once]")) return;
  unsaved.delete(form);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 8000); // a download or a lost network must not lock the form
});

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

// The back button may show this page from memory, still marked as sent.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

document.addEventListener("htmx:after:swap", (event) => {
  document.querySelectorAll("form[data-sent]").forEach(release);
  focusSummary(event.target);
});

focusSummary(document);
