"""What tests share: where the mirror of public data lies, and what happens when it does not."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
MIRROR_BESIDE = CHECKOUT.parent / "shared" / "data"
HOW_TO_GET_IT = (
    "no mirror of the public data: set TRIPOLAR_MIRROR to a folder holding it "
    "(docs/how-to/mirror.md lists the files and where each publisher keeps them)"
)


@pytest.fixture(scope="session")
def mirror() -> Path:
    folder = Path(os.environ.get("TRIPOLAR_MIRROR", MIRROR_BESIDE))
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail(HOW_TO_GET_IT)
    pytest.skip(HOW_TO_GET_IT)
