// The page of one item: a key for each answer of the question in hand, time on task, and a draft on this device.
// Without this script the same form works by touch, mouse and Tab.
const DRAFT = "polyphony-draft-";
const person = document.body.dataset.person;

let root; // the card in hand
let active; // the group of choices that digits answer
let shownAt = 0;
let seen = 0; // milliseconds looked at before the page was last hidden
let pressed = { key: "", at: 0 };

const groupsOf = () => [...(root?.querySelectorAll("[data-group]") ?? [])];
const draftKey = () => `${DRAFT}${person}-${root.dataset.draft}`;

function isAnswered(group) {
  const typed = group.querySelector("input[type=number]");
  return typed ? typed.value !== "" : Boolean(group.querySelector("input:checked"));
}

function activate(group) {
  active = group;
  for (const each of groupsOf()) {
    each.toggleAttribute("data-active", each === group);
    each.querySelector("[data-next]")?.remove();
    for (const option of each.querySelectorAll("[data-option]")) {
      if (each === group && option.dataset.option) {
        option.dataset.key = option.dataset.option;
        option.dataset.keyWords = (option.closest(".option") ?? option).querySelector("span").textContent.trim();
      } else {
        delete option.dataset.key;
        option.removeAttribute("aria-keyshortcuts");
      }
    }
  }
  const question = (group ?? groupsOf().at(-1))?.closest("[data-question]");
  for (const summary of root.querySelectorAll("[data-flags]")) {
    if (summary.closest("[data-question]") === (question ?? root.querySelector("[data-question]"))) {
      summary.dataset.key = "f";
      summary.dataset.keyWords = "flag";
    } else {
      delete summary.dataset.key;
    }
  }
  if (group && "several" in group.dataset && following(group)) {
    const next = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Next question" });
    next.dataset.next = "";
    next.dataset.key = "n";
    next.addEventListener("click", () => goOn(group));
    group.append(next);
  }
  document.dispatchEvent(new CustomEvent("polyphony:keys"));
}

function following(group) {
  const groups = groupsOf();
  const after = groups.slice(groups.indexOf(group) + 1);
  return after.find((each) => !isAnswered(each)) ?? groups.find((each) => each !== group && !isAnswered(each));
}

function goOn(group) {
  const next = following(group);
  activate(next);
  const place = next ? next.querySelector("input, button") : root.querySelector("[data-send]");
  place?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: "nearest" });
}

function saveDraft() {
  const form = root?.querySelector("form.questions");
  if (!form || !root.dataset.draft) return;
  const fields = [...new FormData(form)].filter(([name]) => name.startsWith("q-"));
  try {
    localStorage.setItem(draftKey(), JSON.stringify(fields));
  } catch {
    // Without storage the form still works; only an unsent answer would not survive a closed tab.
  }
}

function restoreDraft() {
  const form = root.querySelector("form.questions");
  const kept = form && root.dataset.draft && localStorage.getItem(draftKey());
  if (!kept || form.querySelector("input:checked")) return;
  const values = Map.groupBy ? Map.groupBy(JSON.parse(kept), ([name]) => name) : new Map();
  for (const control of form.elements) {
    const given = values.get(control.name)?.map(([, value]) => value);
    if (!given) continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = given.includes(control.value);
    else if (control.type !== "submit" && control.type !== "hidden" && !control.value) control.value = given.shift() ?? "";
  }
}

function secondsSeen() {
  return (seen + (document.hidden ? 0 : performance.now() - shownAt)) / 1000;
}

function setUp() {
  root = document.querySelector("[data-task]");
  if (!root) return;
  shownAt = performance.now();
  seen = 0;
  restoreDraft();
  activate(groupsOf().find((group) => !isAnswered(group)));
}

document.addEventListener("keydown", (event) => (pressed = { key: event.key, at: event.timeStamp }), true);

document.addEventListener("change", (event) => {
  const group = root?.contains(event.target) && event.target.closest("[data-group]");
  saveDraft();
  if (!group) return;
  const byKey = event.target.dataset.option === pressed.key && event.timeStamp - pressed.at < 500;
  if (byKey && event.target.type === "radio") goOn(group);
  else if (group !== active) activate(group);
});

document.addEventListener("input", (event) => {
  if (root?.contains(event.target)) saveDraft();
});

document.addEventListener("focusin", (event) => {
  const group = root?.contains(event.target) && event.target.closest("[data-group]");
  if (group && group !== active) activate(group);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !root?.contains(event.target)) return;
  const group = event.target.closest("[data-group]");
  if (event.target.type === "number" && group && following(group)) {
    event.preventDefault();
    goOn(group);
  } else if ((event.ctrlKey || event.metaKey) && event.target.form?.matches("form.questions")) {
    event.preventDefault();
    event.target.form.requestSubmit(root.querySelector("[data-send]"));
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const seconds = event.target.querySelector("[data-seconds]");
    if (seconds) seconds.value = secondsSeen().toFixed(1);
    if (event.target.matches("[data-answers-clear]")) {
      for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) localStorage.removeItem(key);
    }
  },
  true,
);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) seen += performance.now() - shownAt;
  else shownAt = performance.now();
});

document.addEventListener("polyphony:answered", ({ detail }) => {
  const id = /\/tasks\/([^/]+)\//.exec(detail.action)?.[1];
  if (id) localStorage.removeItem(`${DRAFT}${person}-${id}`);
});

// The next item is read from its top, and what is missing is in sight, wherever the answer was sent from.
document.addEventListener("polyphony:swapped", ({ detail }) => {
  setUp();
  if (!root || detail !== root) return;
  const place = root.querySelector(":scope > [role=alert]") ?? root;
  if (place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
});
setUp();
