// When a part of the page could not be fetched: say so in its place, keep what is there, offer to try again.
function report(event) {
  const part = event.detail.elt;
  const quiet = part.matches("input, textarea") || part.getAttribute("hx-trigger")?.includes("every");
  if (quiet || part.querySelector(":scope > .trouble")) return;
  const words = Object.assign(document.createElement("p"), { className: "trouble notice caution" });
  words.setAttribute("role", "status");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "link" });
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    words.remove();
    const address = part.getAttribute("hx-get");
    if (address) window.htmx.ajax("GET", address, part);
    else part.click();
  });
  words.append("This part of the page could not be loaded. Nothing you gave was lost. ", again);
  if (part.matches("section, div, li")) part.append(words);
  else part.after(words);
}

for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, report);
}
