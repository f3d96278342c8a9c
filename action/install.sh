#!/usr/bin/env bash
# Makes a virtual environment that runs this checkout of sarv-sync, and writes its path as the output `venv`.
#
# The workflow's own checkout may be a stranger's: nothing in it has a say here. Python runs isolated (-I) and from
# another folder, pip reads no configuration and no variable of its own, and every package is a wheel whose hash is
# in locks/. The checkout of the Action is not built but pointed to, so that nothing is downloaded to build it.
set -euo pipefail

python=${SARV_SYNC_PYTHON:-python3}
index=${SARV_SYNC_INDEX_URL:-}
read -ra extras <<<"$(tr -s '\n\t,' ' ' <<<"${SARV_SYNC_EXTRAS:-}")"
root=$(cd -- "$GITHUB_ACTION_PATH" && pwd -P)
cd / # a place that no checkout can write to

unset -v "${!PIP_@}" "${!PYTHON@}"
export PIP_CONFIG_FILE=/dev/null # of its configuration files, pip reads none

fail() {
  printf '::error title=sarv-sync cannot be installed::%s\n' "$1"
  printf 'exitcode=1\nfailure-reason=not-installed\n' >>"$GITHUB_OUTPUT"
  exit 1
}

locks=("$root/action/locks/base.txt")
for extra in ${extras[@]+"${extras[@]}"}; do # written so for bash before 4.4, which takes no elements for unset
  [[ $extra =~ ^[a-z0-9]+$ && $extra != base && -f $root/action/locks/$extra.txt ]] ||
    fail 'The input "extras" takes: s3, postgres, github, vault, aws, kubernetes, age, signing, metrics, notify.'
  locks+=("$root/action/locks/$extra.txt")
done

command -v -- "$python" >/dev/null || fail 'There is no such Python. Run actions/setup-python first, or set the input "python".'
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  fail 'Python 3.10 or newer is needed. Run actions/setup-python first, or set the input "python".'

# A second use in the same job finds what the first one made: same Python, same checkout, same packages.
key=$("$python" -I -c '
import hashlib, pathlib, sys
parts = [sys.version, sys.executable, sys.argv[1], *(pathlib.Path(lock).read_text("utf-8") for lock in sys.argv[2:])]
print(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])' "$root" "${locks[@]}")
venv=$RUNNER_TEMP/sarv-sync-$key

if [[ ! -f $venv/.ready ]]; then
  "$python" -I -m venv --clear -- "$venv" ||
    fail 'Python could not make a virtual environment. Run actions/setup-python first; Debian needs python3-venv.'
  "$venv/bin/python" -I -m pip --isolated --no-input --disable-pip-version-check install --quiet --require-hashes \
    --no-deps --only-binary=:all: ${index:+"--index-url=$index"} "${locks[@]/#/--requirement=}" ||
    fail 'The packages could not be installed; the log says why.'
  "$venv/bin/python" -I -c '
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "sarv_sync.pth").write_text(sys.argv[1] + "\n", "utf-8")' "$root"
  touch -- "$venv/.ready" # last: what broke off is begun again
fi
printf 'venv=%s\n' "$venv" >>"$GITHUB_OUTPUT"
