// The behaviours of every page. Each works on what the server already wrote; without them the page is plain.
import "./theme.js";
import "./confirm.js";
import "./once.js";
import "./outbox.js";
import "./answers.js";
import "./shortcuts.js";
import "./copy.js";
import "./troubles.js";
import { pass } from "./queue.js";

pass();

// Pictures bring a large library along: it is fetched only where there are any.
async function drawFigures() {
  if (!document.querySelector("[data-figure]")) return;
  const { watchFigures } = await import("./figure.js");
  watchFigures(document);
}

drawFigures();
if (document.querySelector("[data-task]")) {
  import("./task.js");
  import("./marking.js");
}
for (const change of ["htmx:afterSettle", "polyphony:swapped"]) document.addEventListener(change, drawFigures);
