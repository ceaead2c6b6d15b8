// Answers on this device, in IndexedDB: written before they are sent, removed once the server has confirmed them.
//
// A record: {key, person, action, page, label, fields: [[name, value]], made, state, message, mends}
//   key     the idempotency key (a UUID) under which it is sent, however often
//   person  who gave it; nobody else's session ever sends it
//   state   "waiting" to be sent, or "refused" with the server's message
//   mends   the key of the refused answer that this one is the mended form of, or ""
const NAME = "polyphony";
const STORE = "answers";

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("person", "person");
    };
    request.onsuccess = () => {
      // Another tab with a newer version may upgrade; the next use opens it again.
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function inTransaction(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    // "strict": on disk, not only in the system's buffers, before we say that it is saved.
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export function keep(record) {
  return inTransaction("readwrite", (store) => store.put(record));
}

export function remove(key) {
  return inTransaction("readwrite", (store) => store.delete(key));
}

export function find(key) {
  return inTransaction("readonly", (store) => store.get(key));
}

/** Everything this person gave and the server has not confirmed, oldest first. */
export async function recordsOf(person) {
  const found = await inTransaction("readonly", (store) => store.index("person").getAll(person));
  return found.sort((one, other) => one.made - other.made);
}

export function countAll() {
  return inTransaction("readonly", (store) => store.count());
}

export async function forget(person) {
  for (const record of await recordsOf(person)) await remove(record.key);
}
