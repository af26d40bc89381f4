// The answer, for a person who looks at it for half a second: word, sign, colour, buzz and sound.

const UNDO_SECONDS = 10;
const KEPT = 12;
const BUZZ = { admitted: [90], undone: [40, 60, 40], already_in: [60, 80, 60] };
const BUZZ_REFUSED = [300, 120, 300];
const TONES = { admitted: [880, 1320], undone: [660, 440], already_in: [520, 520] };
const TONES_REFUSED = [220, 165];

export class VerdictPanel {
  #frame;
  #icons;
  #recent;
  #words;
  #clock;
  #sound = null;
  #undoTimer = 0;

  constructor({ frame, icons, recent, words, locale }) {
    this.#frame = frame;
    this.#icons = icons;
    this.#recent = recent;
    this.#words = words;
    this.#clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }

  // Browsers let a page make sounds only after somebody has touched it.
  allowSound() {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!this.#sound && Context) this.#sound = new Context();
    this.#sound?.resume?.();
  }

  busy() {
    this.#fill({ verdict: "busy", title: this.#words.checking });
  }

  say(sentence) {
    this.#fill({ verdict: "note", title: sentence });
  }

  wait({ title, detail }) {
    this.#fill({ verdict: "waiting", title, detail });
    buzz([40, 40, 40]);
  }

  show(answer, { undo }) {
    this.#fill(answer);
    this.remember(answer, {});
    buzz(BUZZ[answer.verdict] ?? BUZZ_REFUSED);
    this.#play(TONES[answer.verdict] ?? TONES_REFUSED);
    if (undo && answer.undo_until) this.#offerUndo(undo);
  }

  // A line in the list of the last scans; ``late`` marks one that was sent after its time.
  remember(answer, { late = false }) {
    const line = document.createElement("li");
    line.dataset.verdict = answer.verdict;
    const time = document.createElement("bdi");
    time.textContent = this.#clock.format(new Date());
    const name = document.createElement("bdi");
    name.textContent = answer.name ?? "";
    line.append(time, ` ${answer.title} `, name, late ? ` (${this.#words.sentLate})` : "");
    this.#recent.prepend(line);
    while (this.#recent.children.length > KEPT) this.#recent.lastElementChild.remove();
    this.#recent.closest("[hidden]")?.removeAttribute("hidden");
  }

  #fill({ verdict, title, name = "", detail = "" }) {
    clearTimeout(this.#undoTimer);
    this.#frame.dataset.verdict = verdict;
    this.#frame.replaceChildren();
    const icon = this.#icons.content.querySelector(`[data-icon-of="${verdict}"] svg`);
    if (icon) this.#frame.append(icon.cloneNode(true));
    for (const [text, className] of [
      [title, "verdict__word"],
      [name, "verdict__name"],
      [detail, "verdict__detail"],
    ]) {
      if (!text) continue;
      const line = document.createElement("p");
      line.className = className;
      line.dir = "auto";
      line.textContent = text;
      this.#frame.append(line);
    }
  }

  #offerUndo(undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.dataset.part = "undo";
    button.append(this.#icons.content.querySelector('[data-icon-of="undo"] svg').cloneNode(true), this.#words.undo);
    button.addEventListener("click", () => {
      button.disabled = true;
      undo();
    });
    this.#frame.append(button);
    this.#undoTimer = setTimeout(() => button.remove(), UNDO_SECONDS * 1000);
  }

  #play(tones) {
    if (!this.#sound || this.#sound.state !== "running") return;
    tones.forEach((pitch, index) => {
      const begin = this.#sound.currentTime + index * 0.14;
      const tone = this.#sound.createOscillator();
      const loudness = this.#sound.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.2, begin);
      loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.13);
      tone.connect(loudness).connect(this.#sound.destination);
      tone.start(begin);
      tone.stop(begin + 0.13);
    });
  }
}

// Refused, with a line in the console, until somebody has touched the page.
function buzz(pattern) {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(pattern);
}
