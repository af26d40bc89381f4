// Reads a QR code from a picture: with the browser's own detector where it has one, else with
// zxing-wasm, which is fetched from our own server and from nowhere else.

const LARGEST_SIDE = { frame: 960, photo: 2000 }; // pixels; more only costs time

export async function makeDecoder(moduleUrl, wasmUrl) {
  const native = await nativeDetector();
  const read = native ?? await wasmReader(moduleUrl, wasmUrl);
  return {
    kind: native ? "native" : "wasm",
    readFrame: (video) => read(drawn(video, video.videoWidth, video.videoHeight, LARGEST_SIDE.frame), false),
    readPhoto: async (file) => {
      const bitmap = await createImageBitmap(file);
      try {
        return await read(drawn(bitmap, bitmap.width, bitmap.height, LARGEST_SIDE.photo), true);
      } finally {
        bitmap.close();
      }
    },
  };
}

async function nativeDetector() {
  if (!("BarcodeDetector" in globalThis)) return null;
  try {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? "";
  } catch {
    return null; // present but broken, as on some Android builds without the services it needs
  }
}

async function wasmReader(moduleUrl, wasmUrl) {
  const { prepareZXingModule, readBarcodes } = await import(moduleUrl);
  await prepareZXingModule({
    overrides: { locateFile: () => wasmUrl },
    fireImmediately: true,
  });
  return async (canvas, thorough) => {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(picture, {
      formats: ["QRCode"],
      maxNumberOfSymbols: 1,
      tryHarder: thorough,
      tryDownscale: true,
      tryInvert: thorough,
    });
    return found.find((each) => each.isValid)?.text ?? "";
  };
}

const canvas = document.createElement("canvas");

function drawn(source, width, height, largest) {
  const scale = Math.min(1, largest / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d", { willReadFrequently: true })
    .drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
