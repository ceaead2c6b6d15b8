// Says what waits on this device and why, on whatever page a person is; and asks before signing out deletes it.
import { shownHere } from "./answers.js";
import { ask } from "./confirm.js";
import { discard, forgetMine, tryAgain, waitingCount, watch } from "./queue.js";

const box = document.querySelector("[data-answers-outbox]");

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function counted(records) {
  const n = typeof records === "number" ? records : records.length;
  return n === 1 ? "1 answer is" : `${n} answers are`;
}

function refusal(record) {
  const again = element("button", { type: "button", className: "link", textContent: "Try again" });
  const away = element("button", { type: "button", className: "link", textContent: "Delete it from this device" });
  again.addEventListener("click", () => tryAgain(record.key));
  away.addEventListener("click", () => discard(record.key));
  const where = element("a", { href: record.page, textContent: record.label });
  const choices = element("p", { className: "cluster" }, again, away);
  return element("li", {}, element("p", {}, "Not taken: “", where, "”. ", record.message), choices);
}

function show({ waiting, refused, forgotten, signInAt, failing }) {
  if (!box) return;
  const parts = [];
  const unseen = refused.filter((record) => !shownHere.has(record.key));
  if (forgotten) {
    parts.push(element("p", {}, `${counted(forgotten)} saved on this device. Sign in again to send what you gave.`));
  } else if (waiting.length && signInAt) {
    const way = element("a", { href: signInAt, textContent: "Sign in again to send it" });
    parts.push(element("p", {}, `You are signed out. ${counted(waiting)} saved on this device. `, way, "."));
  } else if (waiting.length && failing) {
    parts.push(element("p", {}, `${counted(waiting)} saved on this device and will be sent when the connection is back.`));
  }
  if (unseen.length) parts.push(element("ul", {}, ...unseen.map(refusal)));
  box.hidden = parts.length === 0;
  box.replaceChildren(...(parts.length ? [element("div", { className: "notice caution" }, ...parts)] : []));
}

watch(show);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-answers-clear]") || form.dataset.cleared) return;
  event.preventDefault();
  const waiting = await waitingCount();
  const agreed =
    waiting === 0 ||
    (await ask({
      question: "Sign out and delete what was not sent?",
      words: `${counted(waiting)} saved on this device only. Signing out deletes what was not sent.`,
      yes: "Delete and sign out",
    }));
  if (!agreed) return;
  await forgetMine().catch(() => undefined);
  form.dataset.cleared = "true";
  form.submit();
});
