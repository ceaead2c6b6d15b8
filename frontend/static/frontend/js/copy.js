// Buttons with data-copy="#id": copies that element's text or value. Hidden in the page until this runs.
function offer(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const text = source.value ?? source.textContent.trim();
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Not allowed to write to the clipboard: select it, so that the person's own keys copy it.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    button.textContent = "Selected: now copy it";
  }
  setTimeout(() => (button.textContent = words), 3000);
});

offer(document);
document.addEventListener("htmx:load", (event) => offer(event.target));
