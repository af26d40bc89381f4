// The door's scanner: joins camera, keys, typed codes and photographs to one queue of scans.
//
// The page works without this file: its form posts a typed code and the server answers a page.

import { openCamera } from "./scanner-camera.js";
import { makeDecoder } from "./scanner-decoder.js";
import { listenForKeys } from "./scanner-keys.js";
import { ScanQueue } from "./scanner-queue.js";
import { VerdictPanel } from "./scanner-verdict.js";

const SAME_CODE_PAUSE_MS = 3000;

const root = document.querySelector("[data-scan-url]");
const words = JSON.parse(root.dataset.words);
const find = (name) => root.querySelector(`[data-part="${name}"]`);

const panel = new VerdictPanel({
  frame: find("verdict"),
  icons: find("icons"),
  recent: find("recent"),
  words,
  locale: document.documentElement.lang,
});
const queue = new ScanQueue({
  url: root.dataset.scanUrl,
  undoUrl: root.dataset.undoUrl,
  place: root.dataset.door,
  onAnswer: (scan, answer, { isLatest }) => {
    if (isLatest) panel.show(answer, { undo: () => undo(scan) });
    else panel.remember(answer, { late: true });
    count(answer.count);
  },
  onTrouble: (scan, { isLatest, refused }) => {
    if (isLatest) panel.wait(refused ? words.refused : words.waiting);
  },
  onLength: (waiting) => {
    const line = find("unsent");
    line.hidden = waiting === 0;
    line.querySelector("[data-part=unsent-text]").textContent = waiting === 1
      ? words.unsentOne
      : words.unsentMany.replace("%(count)s", waiting);
  },
});

let lastCode = "";
let lastAt = -Infinity;

function scan(text) {
  const code = text.trim();
  const now = performance.now();
  if (!code || (code === lastCode && now - lastAt < SAME_CODE_PAUSE_MS)) {
    if (code) lastAt = now; // a badge held before the camera stays ignored until it has gone
    return;
  }
  lastCode = code;
  lastAt = now;
  panel.busy();
  queue.add(code);
}

async function undo(scanned) {
  const answer = await queue.undo(scanned.key);
  if (answer) {
    lastCode = "";
    panel.show(answer, {});
    count(answer.count);
  } else {
    panel.say(words.undoFailed);
  }
}

function count(numbers) {
  if (numbers && Number.isInteger(numbers.inside)) {
    find("inside").textContent = numbers.inside.toLocaleString(document.documentElement.lang);
  }
}

function bindForm() {
  const form = find("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    panel.allowSound();
    scan(form.elements.code.value);
    form.reset();
    form.elements.code.focus();
  });
}

function bindPhoto(decoder) {
  const input = find("photo");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    panel.allowSound();
    panel.busy();
    try {
      const text = await decoder.readPhoto(file);
      if (text) scan(text);
      else panel.say(words.noCode);
    } catch {
      panel.say(words.noCode);
    }
  });
}

async function bindCamera(decoder) {
  const start = find("start");
  const torch = find("torch");
  const stop = find("stop");
  let camera = null;

  const begin = async () => {
    start.disabled = true;
    try {
      camera = await openCamera(find("video"));
    } catch (reason) {
      panel.say(reason.name === "NotAllowedError" ? words.cameraDenied : words.cameraMissing);
      start.disabled = false;
      return;
    }
    root.dataset.camera = "on";
    torch.hidden = !camera.hasTorch;
    torch.setAttribute("aria-pressed", "false");
    camera.watch(decoder, scan);
  };
  start.addEventListener("click", () => {
    panel.allowSound();
    begin();
  });
  stop.addEventListener("click", () => {
    camera?.close();
    camera = null;
    root.dataset.camera = "off";
    start.disabled = false;
    start.focus();
  });
  torch.addEventListener("click", async () => {
    torch.setAttribute("aria-pressed", String(await camera.toggleTorch()));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) camera?.pause();
    else camera?.resume();
  });
  if (!navigator.mediaDevices?.getUserMedia) {
    start.disabled = true;
    panel.say(words.cameraMissing);
  } else if (await cameraAlreadyAllowed()) {
    await begin();
  }
}

async function cameraAlreadyAllowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false; // Firefox does not know the name; the button starts it
  }
}

async function open() {
  bindForm();
  listenForKeys(document, (text) => {
    panel.allowSound();
    scan(text);
  });
  root.dataset.scanner = "ready";
  queue.resume();
  const decoder = await makeDecoder(root.dataset.decoder, root.dataset.decoderWasm);
  root.dataset.decoderKind = decoder.kind;
  bindPhoto(decoder);
  await bindCamera(decoder);
}

open();
