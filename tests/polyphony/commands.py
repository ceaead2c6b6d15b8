"""Run a command of `polyphony` as a shell would, in this process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from polyphony.cli import main


def result_of(tmp_path: Path, *arguments: object) -> dict[str, Any]:
    """Run a command that should succeed and read the JSON it writes."""
    out = tmp_path / "result.json"
    run(*arguments, "--out", out)
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def run(*arguments: object) -> None:
    """Run a command; ends with SystemExit where the process would end with an error."""
    before = sys.argv
    sys.argv = ["polyphony", *map(str, arguments)]
    try:
        main()
    finally:
        sys.argv = before


def refusal_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that should refuse its input: exit 2 and one line, which is returned."""
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    line = capsys.readouterr().err
    assert ended.value.code == 2
    assert line.count("\n") == 1
    return line
