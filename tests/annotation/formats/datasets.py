"""Small data sets in the layouts of published ones, made up for tests."""

import csv
import json
from pathlib import Path

DICES_COLUMNS = (
    "id", "rater_id", "rater_gender", "rater_race", "rater_raw_race", "rater_age", "rater_education", "phase",
    "item_id", "answer_time_ms", "context", "response", "harm_type", "Q1_whole_conversation_evaluation",
    "Q2_harmful_content_overall", "Q_overall",
)  # fmt: skip


def write_dices_like(path: Path) -> Path:
    """Two conversations, three raters; rater 1's race is told in two ways, one cell is empty, one row is doubled."""
    people = {
        "1": ("Woman", "White", "white", "gen z"),
        "2": ("Man", "Asian", "asian", "millenial"),
        "3": ("", "", "", ""),
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, DICES_COLUMNS)
        writer.writeheader()
        rows = [("1", "7", "Yes", "No", "Yes"), ("2", "7", "No", "Unsure", "No"), ("3", "7", "Yes", "", "Yes")]
        rows += [("1", "8", "No", "No", "No"), ("1", "8", "Yes", "No", "No")]
        for number, (rater, item, *answers) in enumerate(rows):
            gender, race, raw, age = people[rater]
            told = {"rater_gender": gender, "rater_race": race, "rater_raw_race": raw, "rater_age": age}
            cells = dict(zip(DICES_COLUMNS[-3:], answers, strict=True))
            texts = {"context": f"User: question {item}", "response": "=I think so", "harm_type": "legal"}
            writer.writerow(
                {"id": number, "rater_id": rater, "item_id": item, "phase": "Phase1", "answer_time_ms": 900 + number}
                | told | cells | texts
            )  # fmt: skip
    return path


def write_prism_like(folder: Path) -> Path:
    """Two people, one conversation with three scored responses, feedback with nested attributes."""
    folder.mkdir(parents=True)
    survey = [
        {"user_id": "user0", "age": "25-34 years old", "ethnicity": {"self_described": "white", "simplified": "White"}},
        {"user_id": "user1", "age": "Prefer not to say", "ethnicity": {"self_described": "", "simplified": "White"}},
    ]
    utterances = [
        {
            "utterance_id": f"ut{place}", "interaction_id": "int0", "conversation_id": "c0", "user_id": "user0",
            "turn": 0, "user_prompt": "Is it right to lie?", "model_response": f"Response {place}",
            "model_name": f"model-{place}", "score": score, "if_chosen": score == 90,
        }
        for place, score in enumerate((90, 40, 40))
    ]  # fmt: skip
    utterances.append({"utterance_id": "ut9", "user_id": "user1", "user_prompt": "x", "model_response": "y"})
    conversations = [
        {
            "conversation_id": "c0", "user_id": "user0", "conversation_type": "values guided",
            "conversation_history": [{"role": "user", "content": "Is it right to lie?"}],
            "performance_attributes": {"fluency": 90, "safety": None}, "open_feedback": "It took a side.",
        }
    ]  # fmt: skip
    for name, rows in (("survey", survey), ("utterances", utterances), ("conversations", conversations)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder
