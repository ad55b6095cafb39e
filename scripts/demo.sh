#!/usr/bin/env bash
# The main job in an empty place: from `npx` to the right number. Takes the packed npm package.
set -euo pipefail
tarball=$(realpath "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
# Nothing of this machine's user, and no uv of this checkout's. The package caches stay, as a user's would.
export npm_config_cache="${npm_config_cache:-$(npm config get cache 2>/dev/null)}"
export UV_CACHE_DIR="${UV_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/uv}"
export HOME="$place/home" KTX_RUNTIME_ROOT="$place/runtime"
export npm_config_update_notifier=false
unset XDG_DATA_HOME VIRTUAL_ENV KTX_UV
mkdir -p "$HOME" "$place/work"
cd "$place/work"

ktx() {
  printf '\n$ npx @kaelio/ktx'
  printf ' %q' "$@"
  printf '\n'
  local start=$EPOCHREALTIME
  npx --yes --package "$tarball" ktx "$@"
  # Not on stdout: what stands there last is the answer.
  [ -n "${LAST:-}" ] || printf '(%s seconds)\n' >&2 "$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')"
}

echo "== Nothing is installed yet. One command makes the runtime and a demo project:"
ktx setup demo shop --yes
cd shop
echo
echo "== A question of one's own: which measures are there, and what do they say by group of customers?"
ktx sl list
ktx sl query --measure orders.placed_orders --measure order_lines.revenue --dimension customers.group --execute
echo
echo "== What is installed now:"
ktx runtime status
echo
echo "== The same question again installs nothing:"
LAST=1
ktx sl query --measure orders.placed_orders --measure order_lines.revenue --dimension customers.group --execute
