// Gives each form that has no key of its own one, so that the server does what it sends once (double clicks, a
// reload while a reply is lost). What is changed after it was sent is something new.
import { newKey } from "./key.js";

const NAME = "once";

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || form.matches("[data-answer]") || form.elements.namedItem("key")) return;
    let field = form.elements.namedItem(NAME);
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: NAME });
      form.append(field);
    }
    field.value ||= newKey();
  },
  true,
);

function forget(form) {
  const field = form?.elements?.namedItem(NAME);
  if (field) field.value = "";
}

document.addEventListener("input", (event) => forget(event.target.form));
document.addEventListener("change", (event) => forget(event.target.form));
// Back to a page as it was left: what is sent from it now is something new.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) forget(form);
});
