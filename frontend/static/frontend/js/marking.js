// Passages are marked by their first and last word: two taps, two clicks, or arrow keys and Enter, and never by a
// precise drag; a selection that the device made is taken too. Without this script a passage is copied into the box.
const TOUCH = matchMedia("(pointer: coarse)");
const MOST_BUTTONS = 8; // with more labels the list of the row is used
const cutTexts = new WeakMap();

let first; // where marking began: { passage, word }
let cursor; // the word that the keyboard stands on
let bar; // what can be done now, at the foot of the window
let row; // the row that was filled last
let isTaken = false; // whether the mouse has just marked what it selected; the click that follows says no more

const rowsOf = () => document.querySelector("[data-task] [data-spans]");
const passageOf = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("[data-passage]");
const quoted = (text) => `“${text.length > 60 ? `${text.slice(0, 40)} … ${text.slice(-15)}` : text}”`;

/** The words of a passage, each with the marks that touch it: ["So,", "it's", "safe."], as places in the text. */
function wordsOf(passage) {
  const text = passage.textContent;
  const known = cutTexts.get(passage);
  if (known?.text === text) return known.words;
  const words = [];
  for (const { segment, index, isWordLike } of segments(text, passage)) {
    const last = words.at(-1);
    const touches = last?.end === index;
    if (!segment.trim()) continue;
    if (touches && (last.isOpen || !(isWordLike || /^[\p{Ps}\p{Pi}]$/u.test(segment)))) {
      last.end = index + segment.length;
      last.isOpen &&= !isWordLike;
    } else {
      words.push({ start: index, end: index + segment.length, isOpen: /^[\p{Ps}\p{Pi}]$/u.test(segment) });
    }
  }
  cutTexts.set(passage, { text, words });
  return words;
}

function segments(text, passage) {
  if (Intl.Segmenter) return new Intl.Segmenter(passage.lang || undefined, { granularity: "word" }).segment(text);
  return [...text.matchAll(/\S+/gu)].map((found) => ({ segment: found[0], index: found.index, isWordLike: true }));
}

function wordAt(passage, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? undefined : document.caretRangeFromPoint?.(x, y);
  const node = caret?.offsetNode ?? range?.startContainer;
  if (node !== passage.firstChild) return undefined;
  const place = caret?.offset ?? range.startOffset;
  const words = wordsOf(passage);
  const word = words.findIndex(({ end }) => place <= end);
  return word < 0 ? words.length - 1 : word;
}

function rangeOf(passage, start, end) {
  const range = document.createRange();
  range.setStart(passage.firstChild, start);
  range.setEnd(passage.firstChild, end);
  return range;
}

/** What is marked already, and the words in hand, coloured without a change to the text. */
function paint() {
  if (!globalThis.Highlight) return;
  const marked = [];
  for (const each of rowsOf()?.children ?? []) {
    const quote = each.querySelector("[data-quote]").value;
    const passage = document.querySelector(`[data-passage="${CSS.escape(each.querySelector("[data-in]").value)}"]`);
    if (!quote || !passage) continue;
    const before = [...passage.textContent].slice(0, Number(each.querySelector("[data-start]").value)).join("").length;
    const start = passage.textContent.startsWith(quote, before) ? before : passage.textContent.indexOf(quote);
    if (start >= 0) marked.push(rangeOf(passage, start, start + quote.length));
  }
  CSS.highlights.set("marked", new Highlight(...marked));
  const hand = [];
  if (first || cursor) {
    const { passage } = first ?? cursor;
    const places = [first, cursor].filter((one) => one?.passage === passage).map((one) => one.word);
    const words = wordsOf(passage);
    hand.push(rangeOf(passage, words[Math.min(...places)].start, words[Math.max(...places)].end));
  }
  CSS.highlights.set("in-hand", new Highlight(...hand));
}

function button(text, act, properties = {}) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, ...properties });
  made.className = `button small ${properties.className ?? "secondary"}`;
  made.addEventListener("click", act);
  return made;
}

/** Say what was done and offer what can be done next; nothing takes the bar away. */
function offer(words, ...buttons) {
  if (!words) {
    bar?.remove();
    bar = undefined;
    return;
  }
  if (!bar?.isConnected) {
    bar = Object.assign(document.createElement("div"), { className: "marking-bar notice" });
    bar.append(document.createElement("p"), Object.assign(document.createElement("p"), { className: "actions" }));
    bar.firstChild.setAttribute("role", "status");
    rowsOf().closest("[data-task]").append(bar);
  }
  bar.firstChild.textContent = words;
  bar.lastChild.replaceChildren(...buttons);
}

function letGo() {
  first = cursor = undefined;
  offer();
  paint();
}

function begin(passage, word) {
  const { start, end } = wordsOf(passage)[word];
  first = { passage, word };
  offer(
    `From ${quoted(passage.textContent.slice(start, end))}. Now the last word.`,
    button("Only this word", () => finish(passage, word)),
    button("Cancel", letGo),
  );
  paint();
}

function finish(passage, word) {
  const words = wordsOf(passage);
  const [from, to] = [first.word, word].sort((a, b) => a - b);
  first = cursor = undefined;
  mark(passage, words[from].start, words[to].end);
}

/** Fill the first empty row, or one more; places are counted in characters, not in the halves that make an emoji. */
function mark(passage, start, end) {
  const rows = rowsOf();
  const text = passage.textContent;
  const quote = text.slice(start, end);
  const lead = quote.length - quote.trimStart().length;
  row = emptyRow(rows);
  row.querySelector("[data-quote]").value = quote.trim();
  row.querySelector("[data-in]").value = passage.dataset.passage;
  row.querySelector("[data-start]").value = [...text.slice(0, start + lead)].length;
  emptyRow(rows); // one stays free, to copy into
  getSelection().removeAllRanges();
  changed();
  label(quote.trim());
}

function emptyRow(rows) {
  const free = [...rows.children].find((each) => !each.querySelector("[data-quote]").value);
  if (free) return free;
  const made = rows.lastElementChild.cloneNode(true);
  for (const field of made.querySelectorAll("textarea, input")) field.value = "";
  rows.append(made);
  made.querySelector("legend").textContent = `Passage ${rows.children.length}`;
  return made;
}

function changed() {
  row.querySelector("[data-quote]").dispatchEvent(new Event("input", { bubbles: true }));
  paint();
}

function label(quote) {
  const mine = row;
  const list = mine.querySelector("select");
  const undo = button("Take it back", () => {
    for (const field of mine.querySelectorAll("textarea, input")) field.value = "";
    row = mine;
    changed();
    offer();
  });
  const choices = [...list.options].map((option) =>
    button(option.textContent, () => {
      list.value = option.value;
      list.dispatchEvent(new Event("change", { bubbles: true }));
      offer();
    }, { className: "" }),
  );
  if (choices.length > MOST_BUTTONS) choices.splice(0, choices.length, button("Say what it is", () => list.focus(), { className: "" }));
  offer(`Marked: ${quoted(quote)}. What is it?`, ...choices, undo);
}

/** The part of a selection that lies in one passage. */
function selected() {
  const selection = getSelection();
  if (!rowsOf() || !selection.rangeCount || selection.isCollapsed) return undefined;
  const range = selection.getRangeAt(0);
  const passage = passageOf(range.startContainer);
  if (!passage?.firstChild || range.startContainer !== passage.firstChild) return undefined;
  const end = range.endContainer === passage.firstChild ? range.endOffset : passage.textContent.length;
  return passage.textContent.slice(range.startOffset, end).trim() ? { passage, start: range.startOffset, end } : undefined;
}

document.addEventListener("click", (event) => {
  const passage = rowsOf() && passageOf(event.target);
  if (!passage || isTaken || selected()) return;
  const word = wordAt(passage, event.clientX, event.clientY);
  if (word === undefined) return;
  cursor = undefined;
  if (first?.passage === passage) finish(passage, word);
  else begin(passage, word);
});

document.addEventListener("mousedown", () => (isTaken = false));

// A mouse that lets go has chosen; on a touch screen the handles may still move, so a button ends it.
document.addEventListener("mouseup", (event) => {
  const found = TOUCH.matches ? undefined : selected();
  if (!found || !passageOf(event.target)) return;
  first = cursor = undefined;
  isTaken = true;
  mark(found.passage, found.start, found.end);
});

document.addEventListener("selectionchange", () => {
  const found = TOUCH.matches && selected();
  if (!found) return;
  first = cursor = undefined;
  const words = found.passage.textContent.slice(found.start, found.end).trim();
  offer(`Selected: ${quoted(words)}.`, button("Mark it", () => mark(found.passage, found.start, found.end), { className: "" }));
});

document.addEventListener("keydown", (event) => {
  const passage = event.target.dataset?.passage === undefined || !rowsOf() ? undefined : event.target;
  if (event.key === "Escape" && (first || cursor)) letGo();
  if (!passage || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const last = wordsOf(passage).length - 1;
  if (last < 0) return;
  const forward = getComputedStyle(passage).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const at = cursor?.passage === passage ? cursor.word : first?.passage === passage ? first.word : -1;
  const steps = { ArrowLeft: -1, ArrowRight: -1, [forward]: 1 };
  if (event.key in steps || event.key === "Home" || event.key === "End") {
    const wanted = event.key in steps ? at + steps[event.key] : event.key === "Home" ? 0 : last;
    cursor = { passage, word: Math.min(Math.max(wanted, 0), last) };
    const { start, end } = wordsOf(passage)[cursor.word];
    offer(`${quoted(passage.textContent.slice(start, end))} Enter marks ${first ? "up to here" : "from here"}; Escape ends it.`);
    paint();
  } else if (event.key === "Enter" && at >= 0) {
    if (first?.passage === passage) {
      finish(passage, at);
      row.querySelector("select").focus();
    } else {
      begin(passage, at);
    }
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation(); // Enter would send
}, true);

document.addEventListener("input", (event) => {
  if (event.target.closest?.("[data-spans]")) paint();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-spans] select")) offer();
});

function setUp() {
  first = cursor = bar = row = undefined;
  for (const place of document.querySelectorAll("[data-task] [data-marking]")) {
    place.textContent = TOUCH.matches
      ? "Tap the first word of a passage above, then its last word."
      : "Click the first word of a passage above, then its last word, or select it. With the keyboard: Tab to the text, arrow keys to a word, Enter.";
  }
  paint();
}

document.addEventListener("polyphony:swapped", setUp);
setUp();
