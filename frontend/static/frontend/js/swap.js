// Puts a fragment of a page in the place of the element it renews, and keeps keyboard and screen reader users there.

function renewElsewhere(fragment) {
  for (const part of fragment.querySelectorAll("[hx-swap-oob]")) {
    part.removeAttribute("hx-swap-oob");
    const old = document.getElementById(part.id);
    if (old) {
      old.replaceWith(part);
      window.htmx?.process(part);
    } else {
      part.remove();
    }
  }
}

export function swap(target, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  renewElsewhere(template.content);
  const hadFocus = target.contains(document.activeElement);
  const root = [...template.content.children].find((element) => element.id && element.id === target.id);
  let fresh = target;
  if (root) {
    target.replaceWith(root);
    fresh = root;
  } else {
    target.replaceChildren(template.content);
  }
  window.htmx?.process(fresh);
  if (hadFocus) {
    const place = fresh.querySelector("[autofocus], [role=alert]") ?? fresh;
    if (!place.matches("a, button, input, select, textarea")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("polyphony:swapped", { detail: fresh }));
  return fresh;
}
