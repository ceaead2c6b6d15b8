"""The content of an item: turns, responses and texts, checked and looked up."""

from collections.abc import Mapping
from typing import Any

from annotation.kinds.base import Texts

ROLES = ("user", "assistant", "system", "tool")
RESERVED = ("tie", "both_bad")
MOST_RESPONSES = 26


def texts_of(content: Mapping[str, Any]) -> Texts:
    """The texts of an item by id."""
    responses = {str(r["id"]): str(r["text"]) for r in content.get("responses", [])}
    passages = {f"turn-{n}": str(turn["content"]) for n, turn in enumerate(content.get("turns", []), start=1)}
    passages |= {str(text["name"]): str(text["text"]) for text in content.get("texts", [])}
    return Texts(responses, passages | responses)


def check_content(content: Any) -> list[str]:
    """What is wrong with an item's content, a sentence each."""
    if not isinstance(content, Mapping):
        return ["The content should be an object with turns, responses or texts."]
    problems = []
    unknown = sorted(set(content) - {"turns", "responses", "texts"})
    if unknown:
        problems.append(f"The content has {', '.join(unknown)}; only turns, responses and texts are known.")
    for key in ("turns", "responses", "texts"):
        rows = content.get(key, [])
        if not isinstance(rows, list) or any(not isinstance(row, Mapping) for row in rows):
            return [*problems, f"{key} should be a list of objects."]
    if any(
        not isinstance(turn.get("content"), str) or turn.get("role") not in ROLES for turn in content.get("turns", [])
    ):
        problems.append(f"Each turn needs a content and a role among {', '.join(ROLES)}.")
    ids = [response.get("id") for response in content.get("responses", [])]
    if any(not isinstance(id_, str) or not id_ or id_ in RESERVED or "," in id_ for id_ in ids):
        problems.append(f"Each response needs an id that is text, without a comma and none of {', '.join(RESERVED)}.")
    elif len(set(ids)) < len(ids):
        problems.append("Two responses have the same id.")
    if len(ids) > MOST_RESPONSES:
        problems.append(f"There are {len(ids)} responses; at most {MOST_RESPONSES} are shown on a page.")
    for response in content.get("responses", []):
        if not isinstance(response.get("text"), str) or not response["text"].strip():
            problems.append(f"The response {response.get('id', '')} is empty.")
    for text in content.get("texts", []):
        if not isinstance(text.get("name"), str) or not isinstance(text.get("text"), str) or not text["text"].strip():
            problems.append("Each text needs a name and a text that is not empty.")
    if not any(content.get(key) for key in ("turns", "responses", "texts")):
        problems.append("The item has no turn, no response and no text.")
    return problems
