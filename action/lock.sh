#!/usr/bin/env bash
# Writes the lock files of the Action anew, with the newest versions that pyproject.toml allows. Needs uv on the PATH.
# base.txt holds what every run needs, each other file what one extra adds to it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

extras=(s3 postgres signing metrics notify github vault aws kubernetes age)
all=$(mktemp)
trap 'rm -f -- "$all"' EXIT

# One file for every Python from 3.10 and every system: markers say what is for which. Wheels only: installing from
# these files builds nothing, so nothing that a build would need has to be locked.
compile() {
  uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.10 --no-python-downloads \
    --only-binary :all: --generate-hashes --no-header --no-annotate "$@"
}

# All at once first: so one package never has two versions.
compile "${extras[@]/#/--extra=}" >"$all"
compile --constraints "$all" >action/locks/base.txt

# What base.txt holds for some Pythons or systems alone, an extra may need on others too.
base=()
while IFS= read -r name; do base+=("--no-emit-package=$name"); done < <(sed -n 's/^\([a-z0-9-]*\)==[^;]*$/\1/p' action/locks/base.txt)
for extra in "${extras[@]}"; do
  compile --constraints "$all" --extra "$extra" "${base[@]}" | sed '/^#/d' >"action/locks/$extra.txt"
done
