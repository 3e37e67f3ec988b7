#!/usr/bin/env bash
# Checks the model of the refresh protocol exhaustively, in each of its worlds. Needs spin and a C compiler.
set -euo pipefail

model=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/grant.pml
work=''
trap 'rm -rf "$work"' EXIT
work=$(mktemp -d)
cd "$work"

for world in '' '-DGRACE' '-DKEEP' '-DSIGN_OUT' '-DGRACE -DKEEP' '-DKEEP -DSIGN_OUT' '-DGRACE -DSIGN_OUT'; do
  # shellcheck disable=SC2086
  spin $world -a "$model"
  cc -O2 -DSAFETY -DCOLLAPSE -DMEMLIM=4096 -o pan pan.c
  ./pan -m200000 >report
  errors=$(sed -nE 's/.*errors: ([0-9]+).*/\1/p' report)
  states=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' report)
  printf 'model %-20s %s states, %s errors\n' "${world:-strict}" "$states" "$errors"
  if [ "$errors" != 0 ] || grep -q 'search depth too small' report; then
    cat report
    spin $world -t -p -g "$model" 2>/dev/null | tail -n 60 || true
    exit 1
  fi
done
