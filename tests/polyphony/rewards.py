"""`polyphony rewards` from files to files, for tests."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pandas as pd
import pytest

from polyphony.cli import main

OPTIONS = (
    *("--item", "doc", "--rater", "who", "--value", "stars", "--text", "body"),
    *("--groups", "region", "--split", "part", "--prefer", "low", "--members", 2, "--rank", 0, "--device", "cpu"),
)


def polyphony(*arguments: object, code: int = 0) -> str:
    said, told = io.StringIO(), io.StringIO()
    ended = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(told):
        patch.setattr(sys, "argv", ["polyphony", "rewards", *map(str, arguments)])
        try:
            main()
        except SystemExit as left:
            ended = int(left.code or 0)
    assert ended == code, told.getvalue()
    return said.getvalue() if code == 0 else told.getvalue()


def predicted(folder: Path, *arguments: object) -> pd.DataFrame:
    polyphony("predict", folder / "model", *arguments, "--embeddings", folder / "e.npz", "--out", folder / "p.csv")
    return pd.read_csv(folder / "p.csv")
