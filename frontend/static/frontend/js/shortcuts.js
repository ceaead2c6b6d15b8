// Single keys for elements with data-key: never while typing, always listed, and can be switched off for good
// (WCAG 2.1, criterion 2.1.4).
const OFF = "polyphony-keys-off";
let list;

function isOff() {
  return localStorage.getItem(OFF) === "1";
}

function isTyping(element) {
  return Boolean(element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

function offered() {
  return [...document.querySelectorAll("[data-key]")].filter((element) => element.checkVisibility?.() ?? true);
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function show() {
  const keys = offered();
  list?.remove();
  list = undefined;
  for (const each of keys) each.setAttribute("aria-keyshortcuts", each.dataset.key);
  if (!keys.length) return;
  const items = keys.map((each) => {
    const words = each.dataset.keyWords ?? each.textContent.trim();
    return element("li", {}, element("kbd", { textContent: each.dataset.key }), ` ${words}`);
  });
  const toggle = element("button", { type: "button", className: "link", textContent: isOff() ? "Turn keys on" : "Turn keys off" });
  toggle.addEventListener("click", () => {
    localStorage.setItem(OFF, isOff() ? "0" : "1");
    show();
    list?.querySelector("button").focus();
  });
  const words = element("li", { textContent: isOff() ? "Keys are off." : "Keys:" });
  list = element("ul", { className: "shortcuts" }, words, ...(isOff() ? [] : items), element("li", {}, toggle));
  list.setAttribute("aria-label", "Keys of this page");
  (document.querySelector("[data-shortcuts]") ?? document.querySelector("main")).append(list);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isOff()) return;
  // Enter belongs to the link or button that has the focus.
  if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
  if (isTyping(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  const found = offered().find((each) => each.dataset.key === event.key.toLowerCase() && !each.disabled);
  if (!found) return;
  event.preventDefault();
  found.click();
});

show();
for (const change of ["htmx:afterSettle", "polyphony:swapped", "polyphony:keys"]) document.addEventListener(change, show);
