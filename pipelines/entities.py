#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print the names in subtitles as messages on the bus: entities.py FILE.srt MODEL

Needs python3-gi, gir1.2-gstreamer-1.0, and GST_PLUGIN_PATH=build/plugin.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

Gst.init(None)
pipeline = Gst.parse_launch("filesrc name=file ! subparse ! rnntagbin name=tag ! fakesink")
pipeline.get_by_name("file").set_property("location", sys.argv[1])
pipeline.get_by_name("tag").set_property("model-file", sys.argv[2])
pipeline.set_state(Gst.State.PLAYING)

wanted = Gst.MessageType.ELEMENT | Gst.MessageType.EOS | Gst.MessageType.ERROR
failure = None
while message := pipeline.get_bus().timed_pop_filtered(Gst.CLOCK_TIME_NONE, wanted):
    if message.type == Gst.MessageType.ERROR:
        failure = message.parse_error()[0].message
    if message.type != Gst.MessageType.ELEMENT:
        break
    entity = message.get_structure()
    if entity.get_name() == "rnn-entity":
        seconds = entity.get_value("running-time") / Gst.SECOND
        print(f"{seconds:.3f} {entity.get_value('label')} {entity.get_value('text')}")

pipeline.set_state(Gst.State.NULL)
sys.exit(failure)
