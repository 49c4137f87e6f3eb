#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Install what is missing on Debian 12, build, and run every test.
# Last line: `N passed, N failed, N skipped`; exit 0 only if none failed.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

pipelines/setup.sh python3 python3-numpy locales espeak-ng fonts-dejavu-core gstreamer1.0-x \
  gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-pocketsphinx \
  pocketsphinx-en-us valgrind python3-gi gir1.2-gstreamer-1.0 \
  qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
  || { echo "0 passed, 1 failed"; exit 1; }

ninja -C build >build/ninja.log \
  || { cat build/ninja.log; echo "0 passed, 1 failed"; exit 1; }
meson test -C build --no-rebuild --print-errorlogs
# One entry a test program; the cases of each are in its log.
/usr/bin/python3 tests/count.py build/meson-logs
