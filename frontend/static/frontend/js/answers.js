// Forms with data-answer: what a person gives is written to this device under its key before it is sent. The reply's
// fragment takes the place of the element named in data-answer-target; [data-answer-status] says where the answer is.
import { newKey } from "./key.js";
import { give, pass, person } from "./queue.js";
import { swap } from "./swap.js";

const WAITING = "Saved on this device";
const SAVED = "Saved";
const REFUSED = "Not taken. It is kept on this device.";
const SHOWN_REFUSALS = new Set([400, 409, 422]);
export const shownHere = new Set(); // keys of refused answers whose reason stands on this page

function targetOf(form) {
  return form.dataset.answerTarget ? document.querySelector(form.dataset.answerTarget) : form;
}

function statusPlace(form, target) {
  return (
    form.querySelector("[data-answer-status]") ??
    target?.querySelector("[data-answer-status]") ??
    document.querySelector("[data-answer-status]")
  );
}

function say(place, state, words) {
  if (!place) return;
  place.dataset.state = state;
  place.textContent = words;
}

function recordOf(form, submitter) {
  const fields = [...new FormData(form, submitter)].filter(
    ([name, value]) => typeof value === "string" && name !== "key" && name !== "csrfmiddlewaretoken",
  );
  const written = [...form.querySelectorAll("textarea")].map((area) => area.value.trim()).find(Boolean);
  const label = form.dataset.answerLabel ?? written ?? submitter?.textContent.trim() ?? document.title;
  return {
    key: newKey(),
    person,
    action: new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action"), location.href).pathname,
    page: location.pathname + location.search,
    label: label.replace(/\s+/g, " ").slice(0, 120),
    fields,
    made: performance.timeOrigin + performance.now(),
    state: "waiting",
    message: "",
    mends: form.dataset.mends ?? "",
  };
}

const UNLIKE = new Set(["key", "csrfmiddlewaretoken", "seconds"]); // what differs each time a form is shown

/** Whether the form asks again for what the record was refused for: same address, about the same thing. */
function asksAgain(form, record) {
  // What is hidden inside a fieldset, as the place of a marked passage, is part of an answer.
  const about = [...form.querySelectorAll("input[type=hidden]")].filter(
    (input) => !UNLIKE.has(input.name) && !input.closest("fieldset"),
  );
  return (
    new URL(form.getAttribute("action"), location.href).pathname === record.action &&
    about.every((input) => record.fields.some(([name, value]) => name === input.name && value === input.value))
  );
}

function sendPlainly(form, submitter) {
  if (submitter?.name) {
    const field = Object.assign(document.createElement("input"), { type: "hidden" });
    form.append(Object.assign(field, { name: submitter.name, value: submitter.value }));
  }
  form.submit();
}

function hear(form, record, outcome) {
  form.removeAttribute("aria-busy");
  if (outcome.kind === "later" || outcome.kind === "sign-in") {
    say(statusPlace(form, targetOf(form)), "waiting", WAITING);
    return;
  }
  const target = form.isConnected ? targetOf(form) : null;
  if (outcome.kind === "refused") {
    if (target && SHOWN_REFUSALS.has(outcome.status) && outcome.html.trim()) {
      shownHere.add(record.key);
      const fresh = swap(target, outcome.html);
      for (const again of fresh.parentNode.querySelectorAll("form[data-answer]")) {
        if (fresh.contains(again) && asksAgain(again, record)) again.dataset.mends = record.key;
      }
      say(statusPlace(fresh, fresh), "refused", REFUSED);
    } else {
      say(statusPlace(form, target), "refused", REFUSED);
    }
    return;
  }
  if (outcome.next && target) {
    location.assign(outcome.next);
    return;
  }
  const fresh = target ? swap(target, outcome.html) : null;
  say(statusPlace(fresh ?? document.body, fresh), "saved", SAVED);
  document.dispatchEvent(new CustomEvent("polyphony:answered", { detail: { action: record.action } }));
}

async function take(form, submitter) {
  form.setAttribute("aria-busy", "true");
  const record = recordOf(form, submitter);
  try {
    await give(record, (outcome) => hear(form, record, outcome));
  } catch {
    // No IndexedDB (some private windows): the form works as a plain one, only without waiting for the network.
    form.removeAttribute("aria-busy");
    sendPlainly(form, submitter);
    return;
  }
  say(statusPlace(form, targetOf(form)), "waiting", WAITING);
  await pass();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-answer]") || event.defaultPrevented || !person) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") take(form, event.submitter);
});
