// The camera: the one at the back, its torch, and a loop that looks at some ten frames a second.

const PAUSE_MS = 90;

export async function openCamera(video) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  await video.play();
  return new Camera(video, stream);
}

class Camera {
  #video;
  #stream;
  #track;
  #torch = false;
  #running = false;
  #watched = null;

  constructor(video, stream) {
    this.#video = video;
    this.#stream = stream;
    [this.#track] = stream.getVideoTracks();
  }

  get hasTorch() {
    return Boolean(this.#track.getCapabilities?.().torch);
  }

  async toggleTorch() {
    try {
      await this.#track.applyConstraints({ advanced: [{ torch: !this.#torch }] });
      this.#torch = !this.#torch;
    } catch {
      // some phones list the torch and refuse it; the button then stays as it was
    }
    return this.#torch;
  }

  watch(decoder, found) {
    this.#watched = { decoder, found };
    this.resume();
  }

  resume() {
    if (this.#running || !this.#watched) return;
    this.#running = true;
    this.#look();
  }

  pause() {
    this.#running = false;
  }

  close() {
    this.pause();
    this.#watched = null;
    this.#stream.getTracks().forEach((track) => track.stop());
    this.#video.srcObject = null;
  }

  async #look() {
    while (this.#running) {
      if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        try {
          const text = await this.#watched.decoder.readFrame(this.#video);
          if (text && this.#running) this.#watched.found(text);
        } catch {
          // one bad frame; the next comes at once
        }
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}
