"""Static files that ship inside installed Python packages."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage


class PackageFilesFinder(BaseFinder):
    """Finds ``plotly/plotly.min.js`` in the plotly wheel, so that no copy of it lives in this repository."""

    #: package -> (folder inside it, the files that are served)
    packages = {"plotly": ("package_data", ("plotly.min.js",))}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storages: dict[str, FileSystemStorage] = {}
        for package, (folder, _) in self.packages.items():
            # find_spec looks for the package without importing it: plotly takes long to import.
            spec = find_spec(package)
            if spec is None or spec.origin is None:
                continue
            storage = FileSystemStorage(location=str(Path(spec.origin).parent / folder))
            storage.prefix = package  # type: ignore[attr-defined]  # collectstatic reads the target folder here
            self.storages[package] = storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on disk, or nothing."""
        package, _, name = path.partition("/")
        found = []
        if package in self.storages and name in self.packages[package][1]:
            found = [self.storages[package].path(name)]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, with the storage that holds it."""
        for package, storage in self.storages.items():
            for name in self.packages[package][1]:
                if not matches_patterns(name, list(ignore_patterns or [])):
                    yield name, storage
