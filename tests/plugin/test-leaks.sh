#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Starts, stops and flushes under load leave no object behind, by the leaks tracer;
# nor memory, by valgrind on fewer of them: PROGRAM tracer|valgrind [DIVISOR]
set -eu
program=$1
case $2 in
  tracer) divisor=${3-1} ;;
  valgrind) divisor=${3-200} ;;
esac
log=$(mktemp)
trap 'rm -f "$log"' EXIT

trace () { # ARGUMENT…: the program under the tracer, whose warning ends it
  GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1 "$program" "$@" 2>"$log"
}
alive=":: object-alive,"

case $2 in
  tracer)
    if trace 1000 leak; then echo "a buffer that is left over is no failure"; exit 1; fi
    [ "$(grep -c "$alive" "$log")" = 1 ] || { tail "$log"; exit 1; }
    trace "$divisor" || { grep -m 20 "$alive" "$log"; exit 1; }
    ! grep -m 20 "$alive" "$log" ;;
  valgrind)
    command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
    G_SLICE=always-malloc valgrind --quiet --error-exitcode=9 --leak-check=full \
      --errors-for-leak-kinds=definite --show-leak-kinds=definite \
      --suppressions="$(dirname "$0")/../valgrind.supp" \
      "$program" "$divisor" ;;
esac
