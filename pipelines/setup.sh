#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Install what is missing on Debian 12 and build into build/: the library, the
# elements and rnntool. tests/run.sh builds the tests.
#
#   pipelines/setup.sh [PACKAGE…]
#
# The arguments are packages wanted beside those that the build needs. All that
# this prints goes to stderr, so that a caller's stdout stays its own.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec 1>&2

packages="gcc libc6-dev pkg-config meson ninja-build libglib2.0-dev libicu-dev
  libjansson-dev libopenblas-dev libcairo2-dev libgstreamer1.0-dev
  libgstreamer-plugins-base1.0-dev gstreamer1.0-tools gstreamer1.0-plugins-base
  $*"

missing=
for package in $packages; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  command="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then
    sudo=
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo=sudo
  else
    echo "Packages are missing. As root, run: apt-get update && $command"
    exit 1
  fi
  echo "Installing:$missing"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo $command >/dev/null
fi

cd "$root"
[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build product >build/ninja.log || { cat build/ninja.log; exit 1; }
