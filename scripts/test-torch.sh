#!/bin/bash
# Install the torch extra for the tests, unless pip would take a GPU build of several GB (TORCH=yes takes it).
set -euo pipefail

python=$1
case "${TORCH:-auto}" in
  0 | no)
    echo "skipped: the tests of the transformers scorer, as TORCH=$TORCH says" >&2
    exit 0
    ;;
esac

if "$python" - <<'PYTHON'; then
import sys
from importlib.metadata import PackageNotFoundError, requires, version

try:
    wanted = next(line for line in requires("hinoban") if line.startswith("torch=="))
    have = version("torch").split("+")[0]
    version("transformers")
except (PackageNotFoundError, StopIteration):
    sys.exit(1)
sys.exit(f"torch=={have}" not in wanted)
PYTHON
  exit 0
fi

pip=("$python" -m pip --disable-pip-version-check)
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
if ! "${pip[@]}" install --quiet --dry-run --ignore-installed --report "$plan" -e '.[torch]' </dev/null; then
  echo "skipped: the tests of the transformers scorer, for pip finds no torch for this machine" >&2
  exit 0
fi
if [ "${TORCH:-auto}" = auto ] && grep -Eq '"name": *"(nvidia-|triton)' "$plan"; then
  echo "skipped: the tests of the transformers scorer, for pip offers only a GPU build of torch (several GB)." \
    "Point pip at a CPU build, or take it: make test TORCH=yes" >&2
  exit 0
fi
echo "installing torch and transformers (once)"
"${pip[@]}" install --quiet -e '.[torch]' </dev/null
