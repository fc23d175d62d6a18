"use strict";

const at = id => document.getElementById(id);
let model = null;
const images = new Map();
let current = null;
// Labels being painted, by image and page: one number a pixel, what they were before each stroke, whether they are saved.
const drafts = new Map();
let painted = null, isPainting = false, lastPoint = null, label = 1;
// What was moved on the page; all else is the model's own.
const moved = new Set();

function tell(problem) {
  at("problem").textContent = problem || "";
  at("problem").hidden = !problem;
}

async function asked(path, options) {
  let response;
  try { response = await fetch(path, options); } catch {
    throw new Error("the server does not answer: is it still running?");
  }
  if (response.ok) return response;
  // Of many images the server keeps the last.
  const image = path.match(/^api\/images\/([0-9a-f]+)/);
  if (response.status === 404 && image) markGone(image[1]);
  let words = response.statusText;
  try { words = (await response.json()).error; } catch { }
  throw new Error(words);
}

async function trying(work) {
  try { tell(""); await work(); } catch (error) { tell(error.message); }
}

// What is chosen on the page, as a request's parameters.
function query(more) {
  const values = new URLSearchParams(more);
  for (const id of ["threshold", "smallest-area", "grow", "seed-threshold"])
    if (moved.has(id) && at(id).value !== "") values.set(id, at(id).value);
  if (moved.has("fill-holes")) values.set("fill-holes", at("fill-holes").checked);
  return values.toString();
}

function view() { return document.querySelector("input[name=view]:checked").value; }

async function begin() {
  try { model = await (await asked("api/model")).json(); } catch (error) {
    at("model").textContent = error.message;
    at("segmenting").hidden = true;
    return;
  }
  const count = model.models > 1 ? `${model.models} models, the first ` : "";
  at("model").textContent =
    `${count}${model.experiment || "model"} after ${model.steps} steps, classes ${model.classes.join(", ")}, on ${model.device}`;
  at("threshold").value = model.threshold;
  at("smallest-area").value = model.smallestArea;
  at("grow").value = model.grow;
  at("seed-threshold").value = model.seedThreshold;
  at("fill-holes").checked = model.fillHoles;
  model.classes.forEach((name, number) => {
    if (number > 0) at("class").append(new Option(name, number));
    at("brush").append(new Option(name, number));
  });
  if (model.kind === "classes") at("brush").append(new Option("unknown", 255));
  at("brush").value = 1;
  at("painting").textContent = model.kind === "instances"
    ? "A stroke that begins in a cell makes it larger; one that begins elsewhere is a new cell."
    : "Cells that touch are parted by a line of background.";
  at("class-choice").hidden = model.classes.length === 2;
  showThreshold();
  for (const image of await (await asked("api/images")).json()) list(image);
}

function list(image) {
  for (const button of at("images").querySelectorAll("button:disabled"))
    if (button.dataset.id === image.id) { button.parentElement.remove(); images.delete(image.id); }
  if (!images.has(image.id)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = image.name;
    button.dataset.id = image.id;
    button.onclick = () => trying(() => show(image.id));
    const item = document.createElement("li");
    item.append(button);
    at("images").append(item);
  }
  images.set(image.id, image);
}

function markGone(id) {
  for (const button of at("images").querySelectorAll("button"))
    if (button.dataset.id === id && !button.disabled) {
      button.disabled = true;
      button.textContent += " (drop it again)";
    }
}

const invitation = "Drop images here, or choose files: TIFF, PNG, JPEG or NPY";

async function add(files) {
  const problems = [];
  for (const file of files) {
    at("drop").querySelector("span").textContent = `segmenting ${file.name} ...`;
    try {
      // A folder, or a file that may not be read, fails here.
      const body = await file.arrayBuffer().catch(() => { throw new Error("it cannot be read, or is a folder"); });
      const made = await (await asked(`api/images?name=${encodeURIComponent(file.name)}`, { method: "POST", body })).json();
      list(made);
      // Others do not take the view from whoever looks at the first.
      if (file === files[0]) await show(made.id);
    } catch (error) { problems.push(`${file.name}: ${error.message}`); }
  }
  at("drop").querySelector("span").textContent = invitation;
  tell(problems.join("\n"));
}

async function show(id) {
  current = images.get(id);
  for (const button of at("images").querySelectorAll("button"))
    button.setAttribute("aria-current", button.dataset.id === id);
  at("work").hidden = false;
  at("notes").replaceChildren(...current.notes.map(note => {
    const item = document.createElement("li");
    item.textContent = note;
    return item;
  }));
  at("page-choice").hidden = current.pages.length === 1;
  at("page").max = current.pages.length - 1;
  at("page").value = currentPage = 0;
  at("pages").textContent = `of 0 to ${current.pages.length - 1}`;
  await draw();
}

// The page that is shown; what stands in the field may be on its way.
let currentPage = 0;
const page = () => currentPage;

let drawing = 0;
async function draw() {
  if (!current) return;
  const mine = ++drawing, isCorrecting = view() === "correct";
  at("brushes").hidden = !isCorrecting;
  at("picture").hidden = isCorrecting;
  at("canvas").hidden = !isCorrecting;
  links();
  isPainting = false;
  const kept = isCorrecting ? drafts.get(draft()) : null;
  // What nobody has painted on is asked for anew; until it is there, nothing can be painted.
  painted = kept && !kept.isUntouched ? kept : null;
  if (isCorrecting) return painted ? opened() : load();
  const kind = model.classes.length > 2 && view() === "instances" ? { class: at("class").value } : {};
  const response = await asked(`api/images/${current.id}/pictures/${view()}?${query({ page: page(), ...kind })}`);
  const blob = await response.blob();
  if (mine !== drawing) return;
  const old = at("picture").src;
  at("picture").src = URL.createObjectURL(blob);
  if (old.startsWith("blob:")) URL.revokeObjectURL(old);
  await at("picture").decode().catch(() => { });
  size();
}

function size() {
  const chosen = at("zoom").value, { width, height } = current.pages[page()];
  const fitting = Math.min(at("stage").clientWidth / width, innerHeight * 0.75 / height, 4);
  const zoom = chosen === "fit" ? fitting : Number(chosen);
  at("stage").className = zoom > 1 ? "large" : "";
  for (const part of [at("picture"), at("canvas")]) {
    part.style.width = `${width * zoom}px`;
    part.style.height = `${height * zoom}px`;
  }
}
addEventListener("resize", () => current && size());

const results = [
  ["labels", "labels"], ["probabilities", "probabilities"], ["instances", "instances"], ["overlay", "overlay"],
  ["outlines", "outlines (QuPath)"], ["rois", "ROIs (ImageJ)"], ["measurements", "measurements (CSV)"],
];

function links() {
  at("downloads").replaceChildren("Download ", ...results.map(([word, name]) => {
    const link = document.createElement("a");
    link.href = `api/images/${current.id}/results/${word}?${query({})}`;
    link.download = "";
    link.textContent = name;
    return link;
  }));
}

function showThreshold() { at("threshold-value").textContent = String(Number(at("threshold").value)); }

// Correcting ------------------------------------------------------------------------------------------------------

const draft = () => `${current.id} ${page()}`;

// Pixels of the image to paint over; labels never pass through a picture, which browsers may change.
async function picture(path) {
  const image = new Image(), url = URL.createObjectURL(await (await asked(path)).blob());
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// An array of NumPy, of whole numbers of 32 bits.
function numbers(buffer) {
  const start = 10 + new DataView(buffer).getUint16(8, true);
  return new Uint32Array(buffer.slice(start));
}

function array({ width, height, labels }) {
  let header = `{'descr': '<u4', 'fortran_order': False, 'shape': (${height}, ${width}), }`;
  header += " ".repeat(63 - (10 + header.length) % 64) + "\n";
  const start = new Uint8Array(10 + header.length);
  start.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length % 256, header.length >> 8]);
  start.set(new TextEncoder().encode(header), 10);
  return new Blob([start, labels]);
}

let loading = 0;
async function load(from) {
  const mine = ++loading;
  const { width, height } = current.pages[page()], name = draft(), number = page(), base = `api/images/${current.id}`;
  const [under, answer] = await Promise.all([
    picture(`${base}/pictures/image?page=${number}`),
    asked(`${base}/correction?${query({ page: number, ...(from ? { from } : {}) })}`),
  ]);
  const labels = numbers(await answer.arrayBuffer());
  if (mine !== loading || name !== draft() || view() !== "correct") return;
  const isSaved = answer.headers.get("Labels-Are") === "saved";
  const old = drafts.get(name);
  painted = { width, height, under, labels, id: current.id, page: number, strokes: [], changes: 0, isUntouched: true, isSaved };
  if (from && old && !old.isUntouched) Object.assign(painted, { strokes: [...old.strokes, old.labels].slice(-20), isUntouched: false, isSaved: false });
  drafts.set(name, painted);
  opened();
}

function opened() {
  at("canvas").width = painted.width;
  at("canvas").height = painted.height;
  state();
  paint();
}

// Says whether what is painted is saved, here and in the list.
function state(words) {
  at("saved").textContent = words
    || (!painted.isUntouched && !painted.isSaved ? "not saved yet" : painted.isSaved ? "as it was saved" : "as the model says");
  const unsaved = new Set([...drafts.values()].filter(x => !x.isUntouched && !x.isSaved).map(x => x.id));
  for (const button of at("images").querySelectorAll("button"))
    button.textContent = images.get(button.dataset.id).name + (unsaved.has(button.dataset.id) ? " (not saved)" : "");
}

addEventListener("beforeunload", event => {
  if ([...drafts.values()].some(x => !x.isUntouched && !x.isSaved)) event.preventDefault();
});

// Colours that people with any colour vision can tell apart (Okabe and Ito), the brightest first.
const tints = [[240, 228, 66], [86, 180, 233], [230, 159, 0], [0, 158, 115], [204, 121, 167], [213, 94, 0], [0, 114, 178]];

function paint(box) {
  const { width, height, under, labels } = painted;
  const [left, top, right, bottom] = box ? [Math.max(0, box[0] - 1), Math.max(0, box[1] - 1), Math.min(width, box[2] + 1), Math.min(height, box[3] + 1)] : [0, 0, width, height];
  if (right <= left || bottom <= top) return;
  const shown = new ImageData(right - left, bottom - top);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const place = y * width + x, from = 4 * place, to = 4 * ((y - top) * (right - left) + x - left), own = labels[place];
      // The border of a region is drawn in full, its inside as a tint.
      const isBorder = own && (x === 0 || labels[place - 1] !== own || x + 1 === width || labels[place + 1] !== own
        || y === 0 || labels[place - width] !== own || y + 1 === height || labels[place + width] !== own);
      const tint = own === 255 && model.kind === "classes" ? [128, 128, 128] : tints[(own - 1) % tints.length];
      for (let c = 0; c < 3; c++)
        shown.data[to + c] = isBorder ? tint[c] : own ? (3 * under.data[from + c] + tint[c]) / 4 : under.data[from + c];
      shown.data[to + 3] = 255;
    }
  at("canvas").getContext("2d").putImageData(shown, left, top);
  if (!box) size();
}

function point(event) {
  const box = at("canvas").getBoundingClientRect();
  return {
    x: (event.clientX - box.left) * painted.width / box.width, y: (event.clientY - box.top) * painted.height / box.height,
  };
}

// The number to paint with: of instances that of the cell where the stroke begins, or a new one.
function chosen(start) {
  const brush = Number(at("brush").value), { width, labels } = painted;
  if (model.kind !== "instances" || brush === 0) return brush;
  const here = labels[Math.floor(start.y) * width + Math.floor(start.x)];
  return here || labels.reduce((most, x) => Math.max(most, x), 0) + 1;
}

function stroke(from, to) {
  const { width, height, labels } = painted, radius = Number(at("size").value) / 2;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const box = [
    Math.max(0, Math.floor(Math.min(from.x, to.x) - radius)), Math.max(0, Math.floor(Math.min(from.y, to.y) - radius)),
    Math.min(width, Math.ceil(Math.max(from.x, to.x) + radius) + 1), Math.min(height, Math.ceil(Math.max(from.y, to.y) + radius) + 1),
  ];
  for (let y = box[1]; y < box[3]; y++)
    for (let x = box[0]; x < box[2]; x++) {
      const along = length ? Math.max(0, Math.min(1, ((x + .5 - from.x) * (to.x - from.x) + (y + .5 - from.y) * (to.y - from.y)) / length ** 2)) : 0;
      const distance = Math.hypot(x + .5 - from.x - along * (to.x - from.x), y + .5 - from.y - along * (to.y - from.y));
      if (distance <= Math.max(radius, .5)) labels[y * width + x] = label;
    }
  paint(box);
}

at("canvas").addEventListener("pointerdown", event => {
  if (!painted || event.button) return;
  at("canvas").setPointerCapture(event.pointerId);
  painted.strokes.push(painted.labels.slice());
  if (painted.strokes.length > 20) painted.strokes.shift();
  [isPainting, painted.isUntouched, painted.isSaved] = [true, false, false];
  painted.changes++;
  state();
  lastPoint = point(event);
  label = chosen(lastPoint);
  stroke(lastPoint, lastPoint);
});
at("canvas").addEventListener("pointermove", event => {
  if (!isPainting || !painted || !event.buttons) return;
  painted.changes++;
  const next = point(event);
  stroke(lastPoint, next);
  lastPoint = next;
});
for (const end of ["pointerup", "pointercancel"]) at("canvas").addEventListener(end, () => { isPainting = false; });
at("undo").onclick = () => {
  if (!painted || !painted.strokes.length) return;
  painted.labels = painted.strokes.pop();
  painted.isSaved = false;
  painted.changes++;
  state();
  paint();
};
at("afresh").onclick = () => trying(() => load("model"));
at("size").oninput = () => { at("size-value").textContent = at("size").value; };

at("save").onclick = () => trying(async () => {
  if (!painted) throw new Error("there is nothing to save yet");
  const mine = painted, changes = painted.changes;
  const saved = await (await asked(`api/images/${mine.id}/correction?page=${mine.page}`, { method: "PUT", body: array(mine) })).json();
  // Strokes may have come meanwhile.
  [mine.isUntouched, mine.isSaved] = [false, mine.changes === changes];
  if (painted === mine) state(mine.isSaved ? `saved as ${saved.labels}` : "");
  await corrections();
});

const quoted = text => /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

async function corrections() {
  const { folder, count, next, output } = await (await asked("api/corrections")).json();
  at("corrected").hidden = count === 0;
  at("corrections").textContent = `${count === 1 ? "1 image" : `${count} images`} in ${folder}. To train with them`
    + (count < 5 ? ", though so few teach little: copy them to the images that the model has learnt from, or correct more:" : ":");
  at("commands").textContent = `unet plan ${quoted(folder)} --kind ${model.kind} --minutes 30 --output ${quoted(`${folder}/${next}.yaml`)}\n`
    + `unet train ${quoted(`${folder}/${next}.yaml`)} --output ${quoted(output)}`;
}

// Choosing --------------------------------------------------------------------------------------------------------

let pending = null;
function redraw() {
  clearTimeout(pending);
  pending = setTimeout(() => trying(draw), 80);
}
for (const id of ["threshold", "smallest-area", "grow", "seed-threshold", "fill-holes", "class"])
  at(id).addEventListener("input", () => {
    moved.add(id);
    showThreshold();
    redraw();
  });
at("page").addEventListener("input", () => {
  if (!at("page").checkValidity() || at("page").value === "") return;
  currentPage = Number(at("page").value);
  redraw();
});
at("zoom").onchange = () => current && size();
for (const radio of document.querySelectorAll("input[name=view]")) radio.onchange = () => trying(draw);
at("files").onchange = async () => {
  await add([...at("files").files]);
  at("files").value = "";
};
for (const kind of ["dragover", "dragenter"])
  document.addEventListener(kind, event => {
    event.preventDefault();
    at("drop").classList.add("over");
  });
document.addEventListener("dragleave", () => at("drop").classList.remove("over"));
document.addEventListener("drop", event => {
  event.preventDefault();
  at("drop").classList.remove("over");
  if (model) add([...event.dataTransfer.files]);
});

// Trainings -------------------------------------------------------------------------------------------------------

async function trainings() {
  try {
    const runs = await (await asked("api/runs")).json();
    at("no-runs").hidden = runs.length > 0;
    const known = new Map([...at("runs").children].map(part => [part.dataset.name, part]));
    for (const run of runs) {
      let part = known.get(run.name);
      if (!part) {
        part = document.createElement("article");
        part.className = "run";
        part.dataset.name = run.name;
        const [head, line, image] = ["h3", "p", "img"].map(kind => document.createElement(kind));
        head.textContent = run.name;
        image.alt = `Loss and held-out figures of ${run.name}`;
        part.append(head, line, image);
        at("runs").append(part);
      }
      known.delete(run.name);
      const figures = Object.entries(run.figures).map(([name, value]) => `${name} ${value.toFixed(4)}`);
      const loss = run.loss === undefined || run.loss === null ? [] : [`loss ${run.loss.toFixed(4)}`];
      const line = [`step ${run.step}`, `${(run.seconds / 60).toFixed(1)} min`, ...loss, ...figures].join(", ") + (run.hasModel ? "" : ", no model yet");
      if (part.children[1].textContent === line) continue;
      const answer = await asked(`api/runs/${encodeURIComponent(run.name)}/curve.svg`).catch(() => null);
      if (!answer) continue;
      const curve = await answer.blob();
      part.children[1].textContent = line;
      const old = part.children[2].src;
      part.children[2].src = URL.createObjectURL(curve);
      if (old.startsWith("blob:")) URL.revokeObjectURL(old);
    }
    for (const part of known.values()) part.remove();
  } catch { }
  setTimeout(trainings, document.hidden ? 20000 : 3000);
}

at("work").hidden = true;
trying(async () => {
  await begin();
  if (model) await corrections();
});
trainings();
