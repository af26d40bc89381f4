// Saves a draft while it is being written, and shows questions that follow from others at once.
// Both work without this module: the Save button saves, and questions that follow come after it.
const PAUSE = 4000;

const status = document.querySelector("[data-autosave]");
const form = status?.closest("form");
let timer = 0;
let dirty = false;
let running = Promise.resolve();

function say(name, values = {}) {
  let text = status.dataset[name] ?? "";
  for (const [key, value] of Object.entries(values)) text = text.replace(`{${key}}`, value);
  status.textContent = text;
  status.dataset.state = name;
}

function withoutFiles() {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return new URLSearchParams(data);
}

async function save(keepalive) {
  clearTimeout(timer);
  if (!dirty || form.dataset.sent) return;
  dirty = false;
  try {
    const answer = await fetch(form.action || location.href, {
      method: "POST",
      headers: { "X-Autosave": "1", Accept: "application/json" },
      body: withoutFiles(),
      keepalive,
    });
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok && told.version) {
      form.elements.version.value = told.version;
      if (!dirty) form.dispatchEvent(new Event("draft-saved", { bubbles: true }));
      say("saved", { time: new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) });
    } else {
      say(told.stale ? "stale" : answer.status === 422 ? "refused" : "lost");
    }
  } catch {
    dirty = true;
    say("lost");
  }
}

function queue(keepalive = false) {
  running = running.then(() => save(keepalive));
}

function changed() {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(queue, PAUSE);
}

function answersOf(name) {
  const field = form.elements[name];
  if (!field) return [];
  const fields = field instanceof RadioNodeList ? [...field] : [field];
  return fields
    .filter((each) => (each.type === "checkbox" || each.type === "radio" ? each.checked : true))
    .map((each) => (each.type === "checkbox" && !each.closest("fieldset.field") ? "yes" : each.value));
}

function showFollowing() {
  for (const each of form.querySelectorAll("[data-shown-if]")) {
    const parent = form.querySelector(`[name="${CSS.escape(each.dataset.shownIf)}"]`);
    const parentHidden = parent?.closest("[data-shown-if]")?.hidden ?? false;
    each.hidden = parentHidden || !answersOf(each.dataset.shownIf).includes(each.dataset.shownAnswer);
  }
}

if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") queue(true);
  });
  window.addEventListener("pagehide", () => queue(true));
  if (form.elements.seen) {
    form.elements.seen.value = "1";
    form.addEventListener("change", showFollowing);
    showFollowing();
  }
}
