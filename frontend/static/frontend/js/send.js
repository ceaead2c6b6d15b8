// Sends one answer and says what became of it. It never throws: a dead network is an outcome like any other.
//
// Outcomes: {kind: "saved", html, next} | {kind: "refused", html, message} | {kind: "sign-in", address}
//           | {kind: "later", seconds, stumbled}: stumbled where the server is up and failed at this answer alone
const TIMEOUT = 15_000;
const REFUSALS = new Set([400, 403, 404, 405, 409, 410, 413, 422]);
const WORDS = {
  403: "This is no longer open to you.",
  404: "What you answered is no longer there.",
  409: "This was already said, or answers are no longer taken.",
  422: "This was sent before with other content.",
};

export function csrfToken() {
  // The cookie is as new as the session; the page may have been open since before the last sign-in.
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
}

function messageIn(text, status) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const place = page.querySelector("[data-message], [role=alert], .errorlist, .notice");
  return place?.textContent.trim().replace(/\s+/g, " ") || WORDS[status] || "The server could not take this answer.";
}

export async function send(record) {
  const body = new URLSearchParams(record.fields);
  body.set("key", record.key);
  let reply, text;
  try {
    reply = await fetch(record.action, {
      method: "POST",
      body,
      headers: {
        "HX-Request": "true",
        "HX-Current-URL": new URL(record.page, location.href).href,
        "X-CSRFToken": csrfToken(),
        "X-Answer-Key": record.key,
        "X-Answer-Person": record.person,
      },
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    text = await reply.text();
  } catch {
    return { kind: "later" };
  }
  if (reply.status === 401) {
    return { kind: "sign-in", address: reply.headers.get("HX-Redirect") || document.body.dataset.signIn };
  }
  if (REFUSALS.has(reply.status)) {
    return { kind: "refused", status: reply.status, html: text, message: messageIn(text, reply.status) };
  }
  // Only our own server knows the key: a hotel's network that answers 200 to everything confirms nothing.
  if (reply.ok && reply.headers.get("X-Answer-Key") === record.key) {
    return { kind: "saved", html: text, next: reply.headers.get("X-Answer-Next") };
  }
  const seconds = Number(reply.headers.get("Retry-After")) || undefined;
  return { kind: "later", seconds, stumbled: reply.status === 500 };
}
