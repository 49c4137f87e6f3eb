# SPDX-License-Identifier: LGPL-2.1-or-later
# What the scripts of this folder share; they source it, in bash.
set -eu -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# RNN_MODEL names another model than the one that ships.
model=${RNN_MODEL:-$here/models/names-en.safetensors}

# prepare [PACKAGE…]: install and build what is missing.
prepare () {
  "$here/setup.sh" "$@"
  export GST_PLUGIN_PATH="$here/../build/plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"
}

# launch ARGUMENT…: gst-launch-1.0 whose descriptor 3 is the script's stdout; it
# writes messages of its own to stdout, which go to stderr instead. Through cat,
# because fdsink winds a descriptor that can seek back to 0, and a caller's file
# may have text there.
launch () {
  gst-launch-1.0 -q "$@" 3>&1 1>&2 | cat
}
