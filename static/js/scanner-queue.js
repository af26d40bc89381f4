// Scans on their way to the server.  Each has a key made here, so that sending it twice stores it
// once; none is forgotten before the server has answered, not even when the page is closed.

const PATIENCE_MS = 8000;
const PAUSES_MS = [2000, 4000, 8000, 15000];
const CHECK_MS = 15000;

export class ScanQueue {
  #url;
  #undoUrl;
  #store;
  #on;
  #waiting;
  #flying = new Set();
  #latest = "";
  #failures = 0;
  #timer = 0;

  constructor({ url, undoUrl, place, onAnswer, onTrouble, onLength }) {
    this.#url = url;
    this.#undoUrl = undoUrl;
    this.#store = `festival-door-${place}`;
    this.#on = { answer: onAnswer, trouble: onTrouble, length: onLength };
    this.#waiting = this.#load();
  }

  add(code) {
    const scan = { key: makeKey(), code, scanned_at: new Date().toISOString() };
    this.#latest = scan.key;
    this.#waiting.push(scan);
    this.#save();
    this.#send(scan);
  }

  // Send what an earlier visit to this page left behind, and again whenever there is hope.
  resume() {
    this.#tell();
    const flush = () => this.#flush();
    globalThis.addEventListener("online", flush);
    document.addEventListener("visibilitychange", () => document.hidden || flush());
    setInterval(flush, CHECK_MS);
    flush();
  }

  async undo(key) {
    const answer = await post(this.#undoUrl, { key });
    return answer.status === 200 ? answer.body : null;
  }

  async #send(scan) {
    this.#flying.add(scan.key);
    const { status, body } = await post(this.#url, { ...scan, sent_at: new Date().toISOString() });
    this.#flying.delete(scan.key);
    const isLatest = scan.key === this.#latest;
    if (status === 200) {
      this.#failures = 0;
      this.#forget(scan);
      this.#on.answer(scan, body, { isLatest });
      return true;
    }
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (status === 400 || status === 422) this.#forget(scan); // will never be taken
    else this.#tell();
    this.#on.trouble(scan, { isLatest, refused });
    if (!refused) this.#later();
    return false;
  }

  async #flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const scan of [...this.#waiting]) {
      if (this.#flying.has(scan.key)) continue;
      if (!(await this.#send(scan))) return;
    }
  }

  #later() {
    if (this.#timer) return;
    const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#flush(), pause);
  }

  #forget(scan) {
    this.#waiting = this.#waiting.filter((each) => each.key !== scan.key);
    this.#save();
    this.#tell();
  }

  // Scans that are on their way for the first time are not yet "not sent".
  #tell() {
    this.#on.length(this.#waiting.filter((each) => !this.#flying.has(each.key)).length);
  }

  #load() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#store) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  #save() {
    try {
      if (this.#waiting.length) localStorage.setItem(this.#store, JSON.stringify(this.#waiting));
      else localStorage.removeItem(this.#store);
    } catch {
      // storage full or forbidden: the scans stay in memory as long as the page is open
    }
  }
}

async function post(url, content) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(content),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: answer.status, body: answer.status === 200 ? await answer.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

// crypto.randomUUID exists on https pages only; getRandomValues everywhere.
function makeKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
