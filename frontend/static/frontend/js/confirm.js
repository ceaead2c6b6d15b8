// Forms with data-confirm="what will be lost": asked once, in a dialog of the page. Without JavaScript the server asks.
export function ask({ question, words, yes, no = "Go back" }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const heading = Object.assign(document.createElement("h2"), { textContent: question, id: "dialog-question" });
  const text = Object.assign(document.createElement("p"), { textContent: words });
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "actions" });
  const go = Object.assign(document.createElement("button"), { className: "button grave", value: "yes", textContent: yes });
  const stay = Object.assign(document.createElement("button"), { className: "button secondary", value: "no", textContent: no });
  stay.autofocus = true;
  form.append(go, stay);
  dialog.append(heading, text, form);
  dialog.setAttribute("aria-labelledby", heading.id);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const words = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!words || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    const yes = submitter?.textContent.trim() || "Go on";
    if (!(await ask({ question: `${yes}?`, words, yes }))) return;
    form.dataset.confirmed = "true";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  },
  true,
);
