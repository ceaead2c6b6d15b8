// The behaviours of every page. Each works on what the server already wrote; without them the page is plain.
import "./theme.js";
import "./confirm.js";
import "./outbox.js";
import "./answers.js";
import "./shortcuts.js";
import "./copy.js";
import "./troubles.js";
import { pass } from "./queue.js";

pass();
