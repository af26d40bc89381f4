// The drawing board: stands are moved by pointer and by keys.  What it changes are the number fields
// of the form below the drawing, so that saving is the same with and without this module.
const drawing = document.querySelector("[data-floor-plan]");
if (drawing) start(drawing);

function start(svg) {
  const form = svg.closest("form");
  const plan = { width: Number(svg.dataset.width), depth: Number(svg.dataset.depth) };
  const snap = document.querySelector("[data-plan-snap]");
  const undoButton = document.querySelector("[data-plan-undo]");
  const told = document.querySelector("[data-plan-told]");
  const history = [];

  const field = (code, name) => form.elements[`${code}-${name}`];
  const read = (code) => ({
    x: centimetres(field(code, "x").value),
    y: centimetres(field(code, "y").value),
    width: centimetres(field(code, "width").value),
    depth: centimetres(field(code, "depth").value),
    turned: field(code, "turned").checked,
  });
  const footprint = (place) =>
    place.turned ? { width: place.depth, depth: place.width } : { width: place.width, depth: place.depth };

  function write(code, place) {
    const size = footprint(place);
    place.x = clamp(place.x, 0, plan.width - size.width);
    place.y = clamp(place.y, 0, plan.depth - size.depth);
    for (const name of ["x", "y", "width", "depth"]) field(code, name).value = metres(place[name]);
    field(code, "turned").checked = place.turned;
    draw(code);
    form.dispatchEvent(new Event("input", { bubbles: true })); // for the warning on leaving
    field(code, "x").dispatchEvent(new Event("input", { bubbles: true }));
  }

  function draw(code) {
    const place = read(code);
    const group = svg.querySelector(`[data-stand="${CSS.escape(code)}"]`);
    if (!group || [place.x, place.y, place.width, place.depth].some(Number.isNaN)) return;
    const size = footprint(place);
    for (const box of group.querySelectorAll("rect")) {
      box.setAttribute("x", place.x);
      box.setAttribute("y", place.y);
      box.setAttribute("width", size.width);
      box.setAttribute("height", size.depth);
    }
    const heights = [0.45, 0.8]; // the number, the sign of the state
    for (const [at, label] of group.querySelectorAll("text").entries()) {
      label.setAttribute("x", place.x + size.width / 2);
      label.setAttribute("y", place.y + size.depth * heights[at]);
    }
  }

  function remember(code) {
    history.push([code, read(code)]);
    if (history.length > 200) history.shift();
    undoButton.disabled = false;
  }

  function undo() {
    const last = history.pop();
    undoButton.disabled = history.length === 0;
    if (!last) return;
    write(...last);
    tell(last[0]);
  }

  function tell(code) {
    const place = read(code);
    const group = svg.querySelector(`[data-stand="${CSS.escape(code)}"]`);
    const number = group.querySelector("text").firstChild.textContent;
    told.textContent = `${number}: ${metres(place.x)} × ${metres(place.y)} m`;
  }

  const step = (event) => (event.shiftKey ? 10 : snap.checked ? 50 : 10);
  const toGrid = (length) => (snap.checked ? Math.round(length / 50) * 50 : Math.round(length));

  // Pointer: dragging moves the stand by as much as the pointer moves on the plan.
  let held = null;
  const onPlan = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  svg.addEventListener("pointerdown", (event) => {
    const group = event.target.closest("[data-stand]");
    if (!group || event.button !== 0) return;
    const code = group.dataset.stand;
    held = { code, from: onPlan(event), place: read(code), moved: false };
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const now = onPlan(event);
    const x = toGrid(held.place.x + now.x - held.from.x);
    const y = toGrid(held.place.y + now.y - held.from.y);
    if (!held.moved && x === held.place.x && y === held.place.y) return;
    if (!held.moved) remember(held.code);
    held.moved = true;
    write(held.code, { ...held.place, x, y });
  });
  const letGo = () => {
    if (held?.moved) tell(held.code);
    held = null;
  };
  svg.addEventListener("pointerup", letGo);
  svg.addEventListener("pointercancel", letGo);

  // Keys: arrows move, + and − change the width, R turns.
  svg.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
      return;
    }
    const group = event.target.closest("[data-stand]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    const code = group.dataset.stand;
    const place = read(code);
    const by = step(event);
    const changes = {
      ArrowLeft: { x: place.x - by },
      ArrowRight: { x: place.x + by },
      ArrowUp: { y: place.y - by },
      ArrowDown: { y: place.y + by },
      "+": { width: Math.min(place.width + by, 5000) },
      "=": { width: Math.min(place.width + by, 5000) },
      "-": { width: Math.max(place.width - by, 50) },
      r: { turned: !place.turned },
      R: { turned: !place.turned },
    }[event.key];
    if (!changes) return;
    event.preventDefault();
    remember(code);
    write(code, { ...place, ...changes });
    tell(code);
  });

  // Typing into a number field moves the stand in the drawing.
  form.addEventListener("input", (event) => {
    const code = event.target.name?.match(/^(.+)-(x|y|width|depth|turned)$/)?.[1];
    if (code) draw(code);
  });
  undoButton.addEventListener("click", undo);
}

function centimetres(text) {
  return Math.round(Number(text.trim().replace(",", ".")) * 100);
}

function metres(length) {
  return String(Math.round(length) / 100);
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(value, Math.max(low, high)));
}
