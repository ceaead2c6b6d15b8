// The queue of answers on this device: sends them in the order in which they were given, one tab at a time, and
// tries again with growing pauses, when the network returns, and when the page is looked at again.
import { send } from "./send.js";
import * as store from "./store.js";

const LOCK = "polyphony-answers";
const LONGEST_PAUSE = 60; // seconds
export const person = document.body.dataset.person;

const listeners = new Map(); // key -> {record, hear}: answers that were given on this page
const watchers = new Set();
let pauses = 0;
let timer;
let signInAt = "";
let underWay;
let again = false;

/** Calls the function with {waiting, refused, signInAt, failing} now and whenever that changes. */
export function watch(watcher) {
  watchers.add(watcher);
}

export async function tell() {
  const records = await store.recordsOf(person).catch(() => []);
  const state = {
    waiting: person ? records.filter((record) => record.state === "waiting") : [],
    refused: records.filter((record) => record.state === "refused"),
    forgotten: person ? 0 : await store.countAll().catch(() => 0),
    signInAt,
    failing: pauses > 0,
  };
  for (const watcher of watchers) watcher(state);
}

function same(one, other) {
  return one.action === other.action && JSON.stringify(one.fields) === JSON.stringify(other.fields);
}

/** Write an answer to this device; `hear` is called with each outcome of sending it. Rejects without IndexedDB. */
export async function give(record, hear) {
  // The same again right after itself is one answer; after another one it is a change of mind.
  const last = (await store.recordsOf(person)).filter((kept) => kept.state === "waiting").at(-1);
  const kept = last && same(last, record) ? last : record;
  if (kept === record) await store.keep(record);
  listeners.set(kept.key, { record: kept, hear });
}

export async function discard(key) {
  await store.remove(key);
  await tell();
}

export async function tryAgain(key) {
  const record = await store.find(key);
  if (record) await store.keep({ ...record, state: "waiting", message: "" });
  await pass();
}

async function settle(record, outcome) {
  if (outcome.kind === "saved") {
    pauses = 0;
    signInAt = "";
    await store.remove(record.key);
    if (record.mends) await store.remove(record.mends); // what was refused before, sent again in a form that is taken
  } else if (outcome.kind === "refused") {
    pauses = 0;
    await store.keep({ ...record, state: "refused", message: outcome.message });
    if (record.mends) await store.remove(record.mends); // this one holds now what the form asks for again
  } else if (outcome.kind === "sign-in") {
    signInAt = outcome.address;
  } else {
    pauses += 1;
    const pause = outcome.seconds ?? Math.min(LONGEST_PAUSE, 2 ** (pauses - 1)) * (0.75 + Math.random() / 2);
    clearTimeout(timer);
    timer = setTimeout(pass, pause * 1000);
  }
  const done = outcome.kind === "saved" || outcome.kind === "refused";
  const listener = listeners.get(record.key);
  if (done) listeners.delete(record.key);
  listener?.hear(outcome);
  return done;
}

async function sendAll() {
  // Where the server stumbles over one answer, those to other addresses go on; at its own they keep their order.
  const stuck = new Set();
  for (;;) {
    const waits = (record) => record.state === "waiting" && !stuck.has(record.action);
    const next = (await store.recordsOf(person)).find(waits);
    if (!next) break;
    const outcome = await send(next);
    if (await settle(next, outcome)) continue;
    if (!outcome.stumbled) return;
    stuck.add(next.action);
  }
  if (stuck.size) return;
  // Another tab may have sent an answer of this page: the same key again brings the reply this page waits for.
  for (const { record } of [...listeners.values()]) {
    if (!(await settle(record, await send(record)))) return;
  }
}

function oneTabAtATime(work) {
  // Without locks two tabs may send the same answer; the key sees to it that it counts once.
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

/** Send what waits. Calls during a pass lead to one more pass. */
export async function pass() {
  again = true;
  if (underWay) return underWay;
  clearTimeout(timer);
  underWay = (async () => {
    try {
      while (again) {
        again = false;
        if (person) await oneTabAtATime(sendAll);
      }
    } finally {
      underWay = undefined;
      await tell();
    }
  })();
  return underWay;
}

/** Whether something waits to be sent on this device. */
export async function waitingCount() {
  return (await store.recordsOf(person).catch(() => [])).length;
}

export function forgetMine() {
  return store.forget(person);
}

window.addEventListener("online", () => pass());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") pass();
});
