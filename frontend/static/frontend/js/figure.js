// Draws the pictures of a page ([data-figure], see frontend/figure.html) when they come into sight: in the page's
// colours, light or dark, at any width. Each gets buttons to look closer, show more, and take it away.
import { csvOf, save } from "./download.js";
import { loadPlotly } from "./plotly.js";

const drawn = new Map(); // figure element -> its spec

/** Names of custom properties ("--agree", "--agree 0.12") become colours, as the page has them now. */
function inColours(value, styles) {
  if (Array.isArray(value)) return value.map((each) => inColours(each, styles));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inColours(each, styles)]));
  }
  if (typeof value !== "string" || !value.startsWith("--")) return value;
  const [name, alpha] = value.split(" ");
  const found = styles.getPropertyValue(name).trim();
  if (!alpha) return found;
  const [red, green, blue] = found.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

function coloured(spec, picture) {
  const height = spec.aspect ? Math.min(spec.layout.height, spec.aspect * picture.clientWidth) : spec.layout.height;
  const layout = { ...spec.layout, height: Math.max(height, 220) };
  return inColours({ data: spec.data, layout }, getComputedStyle(document.documentElement));
}

function button(words, act, pressed) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words });
  made.className = "button secondary small";
  if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
  made.addEventListener("click", () => act(made));
  return made;
}

function viewButtons(plotly, picture, spec) {
  const all = spec.views.map((view, index) =>
    button(
      view.label,
      (pressed) => {
        plotly.relayout(picture, { "xaxis.range": view.x, "yaxis.range": view.y });
        for (const each of all) each.setAttribute("aria-pressed", String(each === pressed));
      },
      index === 0,
    ),
  );
  return all;
}

function toggleButtons(plotly, picture, spec) {
  return spec.toggles.map(({ label, traces }) =>
    button(
      label,
      (pressed) => {
        const on = pressed.getAttribute("aria-pressed") !== "true";
        plotly.restyle(picture, { visible: on }, traces);
        for (const trace of traces) spec.data[trace].visible = on;
        pressed.setAttribute("aria-pressed", String(on));
      },
      false,
    ),
  );
}

function downloads(plotly, figure, picture, spec) {
  const name = figure.id;
  const image = (format) => () =>
    plotly.downloadImage(picture, { format, filename: name, width: picture.clientWidth, height: spec.layout.height, scale: 2 });
  return [
    button("Save as SVG", image("svg")),
    button("Save as PNG", image("png")),
    button("Save as CSV", () => save(`${name}.csv`, "text/csv;charset=utf-8", csvOf(spec.csv))),
  ];
}

async function draw(figure) {
  const spec = JSON.parse(document.getElementById(`${figure.id}-spec`).textContent);
  const picture = figure.querySelector("[data-figure-picture]");
  const tools = figure.querySelector("[data-figure-tools]");
  let plotly;
  try {
    plotly = await loadPlotly(figure.dataset.plotly);
  } catch {
    tools.textContent = "The picture could not be drawn just now. Its numbers are in the table.";
    return;
  }
  const title = figure.querySelector(".figure__title").textContent;
  picture.replaceChildren();
  picture.classList.add("figure__picture--drawn");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", title);
  const { data, layout } = coloured(spec, picture);
  const config = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
  await plotly.newPlot(picture, data, layout, config);
  drawn.set(figure, spec);
  tools.replaceChildren(
    ...viewButtons(plotly, picture, spec),
    ...toggleButtons(plotly, picture, spec),
    ...downloads(plotly, figure, picture, spec),
  );
  figure.dataset.drawn = "true";
}

function recolour() {
  for (const [figure, spec] of drawn) {
    if (!figure.isConnected) {
      drawn.delete(figure);
      continue;
    }
    const picture = figure.querySelector("[data-figure-picture]");
    const { data, layout } = coloured(spec, picture);
    const shown = picture.layout;
    for (const axis of ["xaxis", "yaxis"]) if (spec.views.length) layout[axis] = { ...layout[axis], range: shown[axis].range };
    window.Plotly.react(picture, data, layout);
  }
}

const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "200px" },
);

export function watchFigures(root) {
  for (const figure of root.querySelectorAll("[data-figure]:not([data-drawn])")) sight.observe(figure);
}

document.addEventListener("polyphony:theme", recolour);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
