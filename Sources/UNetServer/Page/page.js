"use strict";

const at = id => document.getElementById(id);
let model = null;
const images = new Map();
let current = null;
// Labels being painted: one number a pixel, and what they were before each stroke.
let painted = null, strokes = [], isPainting = false, lastPoint = null;

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
  let words = response.statusText;
  try { words = (await response.json()).error; } catch { }
  throw new Error(words);
}

async function trying(work) {
  try { tell(""); await work(); } catch (error) { tell(error.message); }
}

// What is chosen on the page, as a request's parameters.
function query(more) {
  const values = new URLSearchParams({ threshold: at("threshold").value, ...more });
  if (current && current.pages.length > 1 && !("page" in (more || {}))) values.set("page", at("page").value);
  for (const id of ["smallest-area", "grow", "seed-threshold"])
    if (at(id).value !== "") values.set(id, at(id).value);
  values.set("fill-holes", at("fill-holes").checked);
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
  at("brush").value = 1;
  at("class-choice").hidden = model.classes.length === 2;
  showThreshold();
  for (const image of await (await asked("api/images")).json()) list(image);
}

function list(image) {
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

async function add(files) {
  for (const file of files) {
    at("drop").querySelector("span").textContent = `segmenting ${file.name} ...`;
    await trying(async () => {
      const made = await (await asked(`api/images?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file })).json();
      list(made);
      await show(made.id);
    });
  }
  at("drop").querySelector("span").textContent = "Drop images here, or choose files: TIFF, PNG, JPEG or NPY";
}

async function show(id) {
  current = images.get(id);
  painted = null;
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
  at("page").value = 0;
  at("pages").textContent = `of 0 to ${current.pages.length - 1}`;
  await draw();
}

const page = () => current.pages.length > 1 ? Math.min(Number(at("page").value), current.pages.length - 1) : 0;

let drawing = 0;
async function draw() {
  if (!current) return;
  const mine = ++drawing, isCorrecting = view() === "correct";
  at("brushes").hidden = !isCorrecting;
  at("picture").hidden = isCorrecting;
  at("canvas").hidden = !isCorrecting;
  links();
  if (isCorrecting) return painted ? paint() : load();
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
    const values = new URLSearchParams(query({}));
    values.delete("page");
    link.href = `api/images/${current.id}/results/${word}?${values}`;
    link.download = "";
    link.textContent = name;
    return link;
  }));
}

function showThreshold() { at("threshold-value").textContent = Number(at("threshold").value).toFixed(2); }

// Correcting ------------------------------------------------------------------------------------------------------

async function picture(path) {
  const image = new Image(), url = URL.createObjectURL(await (await asked(path)).blob());
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  return image;
}

function pixels(image) {
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function load() {
  const { width, height } = current.pages[page()], of = current.id, number = page();
  const base = `api/images/${current.id}`;
  const [image, labels] = await Promise.all([
    picture(`${base}/pictures/image?page=${number}`), picture(`${base}/results/labels?${query({ page: number })}`),
  ]);
  if (of !== current.id || number !== page()) return;
  const values = pixels(labels).data, isTwo = model.classes.length === 2;
  painted = {
    width, height, under: pixels(image), labels: new Uint8Array(width * height), page: number,
  };
  for (let i = 0; i < width * height; i++) painted.labels[i] = isTwo ? (values[4 * i] > 0 ? 1 : 0) : values[4 * i];
  strokes = [];
  at("canvas").width = width;
  at("canvas").height = height;
  at("saved").textContent = "";
  paint();
}

// Colours that people with any colour vision can tell apart (Okabe and Ito).
const tints = [[86, 180, 233], [230, 159, 0], [0, 158, 115], [240, 228, 66], [213, 94, 0], [204, 121, 167], [0, 114, 178]];

function paint(box) {
  const { width, height, under, labels } = painted;
  const [left, top, right, bottom] = box || [0, 0, width, height];
  if (right <= left || bottom <= top) return;
  const shown = new ImageData(right - left, bottom - top);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const from = 4 * (y * width + x), to = 4 * ((y - top) * (right - left) + x - left);
      const label = labels[y * width + x], tint = tints[(label - 1) % tints.length];
      for (let c = 0; c < 3; c++)
        shown.data[to + c] = label ? (2 * under.data[from + c] + tint[c]) / 3 : under.data[from + c];
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

function stroke(from, to) {
  const { width, height, labels } = painted, radius = Number(at("size").value) / 2, label = Number(at("brush").value);
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
  strokes.push(painted.labels.slice());
  if (strokes.length > 20) strokes.shift();
  isPainting = true;
  lastPoint = point(event);
  stroke(lastPoint, lastPoint);
});
at("canvas").addEventListener("pointermove", event => {
  if (!isPainting) return;
  const next = point(event);
  stroke(lastPoint, next);
  lastPoint = next;
});
for (const end of ["pointerup", "pointercancel"]) at("canvas").addEventListener(end, () => { isPainting = false; });
at("undo").onclick = () => {
  if (!strokes.length) return;
  painted.labels = strokes.pop();
  paint();
};
at("afresh").onclick = () => trying(load);
at("size").oninput = () => { at("size-value").textContent = at("size").value; };

at("save").onclick = () => trying(async () => {
  if (!painted) return;
  const { width, height, labels } = painted;
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
  const data = new ImageData(width, height);
  for (let i = 0; i < labels.length; i++) {
    data.data.fill(labels[i], 4 * i, 4 * i + 3);
    data.data[4 * i + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  const body = await canvas.convertToBlob({ type: "image/png" });
  const saved = await (await asked(`api/images/${current.id}/correction?page=${painted.page}`, { method: "PUT", body })).json();
  at("saved").textContent = `saved as ${saved.labels}`;
  await corrections();
});

async function corrections() {
  const { folder, count } = await (await asked("api/corrections")).json();
  at("corrected").hidden = count === 0;
  at("corrections").textContent = `${count === 1 ? "1 image" : `${count} images`} in ${folder}. To train with them:`;
  at("commands").textContent = `unet plan ${folder} --kind ${model.kind} --minutes 30\nunet train ${folder}/experiment.yaml`;
}

// Choosing --------------------------------------------------------------------------------------------------------

let pending = null;
function redraw() {
  showThreshold();
  clearTimeout(pending);
  pending = setTimeout(() => trying(draw), 80);
}
for (const id of ["threshold", "smallest-area", "grow", "seed-threshold", "fill-holes", "class"]) at(id).addEventListener("input", redraw);
at("page").addEventListener("input", () => {
  painted = null;
  if (at("page").checkValidity() && at("page").value !== "") redraw();
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
      part.children[1].textContent = line;
      const curve = await (await asked(`api/runs/${encodeURIComponent(run.name)}/curve.svg`)).blob();
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
