"""Where the files of runs are kept: under their hash, so that they cannot be changed without showing."""


def artifact_name(sha256: str) -> str:
    """The name of an archive in the file storage."""
    return f"artifacts/{sha256}.zip"
