// The behaviours of every page. Each works on what the server already wrote; without them the page is plain.
import "./theme.js";
