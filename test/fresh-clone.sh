#!/usr/bin/env bash
# From nothing to the child's card, as a stranger would: clones what is committed into a new folder, runs the README's
# commands there, and prints how long it took, install included. Usage: bash test/fresh-clone.sh [PORT, default 4700]
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
port=${1:-4700}
place=$(mktemp -d)
sandbox=
finish() {
  if [[ -n $sandbox ]]; then kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true; fi
  rm -rf "$place"
}
trap finish EXIT

began=$SECONDS
git clone --quiet "$source" "$place/lienthong"
cd "$place/lienthong"
export PORT=$port
npm ci
installed=$((SECONDS - began))
npm start >"$place/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 1 240); do # 120 seconds: building dist takes about fifteen
  if curl --silent --fail "http://127.0.0.1:$port/health/ready" >/dev/null 2>&1; then ready=yes; break; fi
  kill -0 "$sandbox" 2>/dev/null || break
  sleep 0.5
done
cat "$place/sandbox.log"
[[ ${ready:-} == yes ]] || { echo "The sandbox did not come up."; exit 1; }
up=$((SECONDS - began))
npm run demo | tee "$place/demo.log"
card=$(grep -oxE '[A-Z]{2}[1-5][0-9]{12}' "$place/demo.log")
printf '\nfresh clone to card %s: %d s (install %d s, sandbox up after %d s)\n' "$card" $((SECONDS - began)) "$installed" "$up"
