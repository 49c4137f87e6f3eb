# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tokens in GStreamer's data protocol over TCP and through shared memory, with
clients that come late and clients that come back."""
import os
import socket
import struct
import tempfile
import time

from streams import (FLEXIBLE, TEXT, Gst, Pipeline, main, model, pack_header,
                     run)

TOKENS = [[number * 7 % 500, number * 3 % 500] for number in range(12)]
TAG = f"rnntagger model-file=\"{model}\" ! appsink name=out"


def packed(tokens):
    return pack_header(0, [len(tokens)]) + struct.pack(f"={len(tokens)}i", *tokens)


def yhat(some):
    """Return what a tagger says of buffers of tokens, from a<0> on."""
    return run(f"appsrc name=in format=time caps=\"{FLEXIBLE}\" ! {TAG}",
               map(packed, some)).bytes


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("nothing came within 30 s")


class Sender:
    """Tokens that leave one by one, by what stands behind the appsrc."""

    def __init__(self, sink):
        self.pipeline = Pipeline(f"appsrc name=in format=time caps=\"{FLEXIBLE}\" ! {sink}")
        self.sink = self.pipeline.element.get_by_name("to")

    def send(self, some):
        for number, tokens in some:
            self.pipeline.push("in", packed(tokens), number * Gst.SECOND, Gst.SECOND)

    def end(self):
        """End, once clients have got all: what is on its way then may be lost."""
        self.pipeline.end("in")


def has_sent(sink, pts):
    sample = sink.get_property("last-sample")
    return sample and sample.get_buffer().pts == pts


def over_tcp():
    """A server that has sent one buffer to nobody, and what connects a client.

    A client that is there before the first buffer may get it before its caps.
    """
    port = free_port()
    sender = Sender(f"gdppay ! tcpserversink name=to host=127.0.0.1 port={port} sync=false")
    wait_for(lambda: sender.sink.get_property("current-port") == port)
    sender.send([(3600, TOKENS[0])])
    wait_for(lambda: has_sent(sender.sink, 3600 * Gst.SECOND))

    def client(n_before):
        one = Pipeline(f"tcpclientsrc host=127.0.0.1 port={port} ! gdpdepay ! {TAG}")
        wait_for(lambda: sender.sink.get_property("num-handles") == n_before + 1)
        return one
    return sender, client


def check_client(client, some, first):
    """Check that it got yhat of these from a<0> on, with their times."""
    wait_for(lambda: len(client.bytes) >= len(some))
    assert client.bytes == yhat(some)
    assert client.times == [((first + number) * Gst.SECOND, Gst.SECOND)
                            for number in range(len(some))]


def a_late_client_over_tcp_begins_at_a0_with_the_next_buffer():
    sender, connect = over_tcp()
    numbered = list(enumerate(TOKENS))
    early = connect(0)
    sender.send(numbered[:5])
    wait_for(lambda: len(early.bytes) == 5)
    late = connect(1)
    sender.send(numbered[5:])
    check_client(early, TOKENS, 0)
    check_client(late, TOKENS[5:], 5)
    sender.end()
    early.wait()
    late.wait()


def a_client_that_comes_back_over_tcp_begins_at_a0_again():
    sender, connect = over_tcp()
    numbered = list(enumerate(TOKENS))
    first = connect(0)
    sender.send(numbered[:4])
    check_client(first, TOKENS[:4], 0)
    first.stop()
    wait_for(lambda: sender.sink.get_property("num-handles") == 0)
    sender.send(numbered[4:6])
    again = connect(0)
    sender.send(numbered[6:])
    check_client(again, TOKENS[6:], 6)
    sender.end()
    again.wait()


def a_server_that_comes_back_is_a_stream_of_its_own():
    for some in (TOKENS[:3], TOKENS[3:]):
        sender, connect = over_tcp()
        client = connect(0)
        sender.send(enumerate(some))
        check_client(client, some, 0)
        sender.end()
        client.wait()


def a_transcripts_end_is_known_behind_the_data_protocol():
    """Which brings the event with another type, and its name."""
    ahead = model.replace("-elman", "-tiny")  # by two words
    pipeline = Pipeline(f"appsrc name=in format=time caps={TEXT} ! rnntokenizer"
                        f" model-file=\"{ahead}\" ! gdppay ! gdpdepay ! rnntagger"
                        f" model-file=\"{ahead}\" ! rnnannotator ! {TEXT}"
                        " ! appsink name=out")
    source = pipeline.element.get_by_name("in")
    for number, name in enumerate(["another", "rstranscribe/final-transcript",
                                   "rstranscribe/speaker-change"]):
        pipeline.push("in", "Mary Smith", number * Gst.SECOND)
        source.send_event(Gst.Event.new_custom(
            Gst.EventType.CUSTOM_DOWNSTREAM, Gst.Structure.new_empty(name)))
        # What looks ahead holds the first text until the second one's end.
        wait_for(lambda: len(pipeline.bytes) == (number + 1 if number else 0))
    pipeline.end("in")
    assert len(pipeline.bytes) == 3


def through_shared_memory(folder, pay, depay):
    """A sender, and what connects a client to it."""
    path = os.path.join(folder, "tokens")
    sender = Sender(f"{pay} shmsink name=to socket-path={path} wait-for-connection=true"
                    " sync=false")
    wait_for(lambda: os.path.exists(path))
    return sender, lambda: Pipeline(f"shmsrc socket-path={path} is-live=true ! {depay} {TAG}")


def tokens_cross_shared_memory_in_the_data_protocol():
    with tempfile.TemporaryDirectory() as folder:
        sender, connect = through_shared_memory(folder, "gdppay !", "gdpdepay !")
        client = connect()
        sender.send(enumerate(TOKENS))
        check_client(client, TOKENS, 0)
        client.stop()
        sender.pipeline.stop()


def late_clients_and_those_that_come_back_read_shared_memory():
    """Flexible tensors say their size: their buffers need no protocol."""
    with tempfile.TemporaryDirectory() as folder:
        sender, connect = through_shared_memory(folder, "", f"{FLEXIBLE} !")
        first = connect()
        sender.send(enumerate(TOKENS[:4]))
        wait_for(lambda: len(first.bytes) == 4)
        late = connect()
        # How far it came is only to be seen by what it gets.
        sent = list(TOKENS[:4])
        while not late.bytes:
            sent.append(TOKENS[len(sent) % len(TOKENS)])
            sender.send([(0, sent[-1])])
            time.sleep(0.05)
        sender.send([(0, TOKENS[0])])
        sent.append(TOKENS[0])
        wait_for(lambda: len(first.bytes) == len(sent))
        assert first.bytes == yhat(sent)
        wait_for(lambda: late.bytes == yhat(sent[len(sent) - len(late.bytes):])
                 and len(late.bytes) > 1)
        first.stop()
        late.stop()
        again = connect()
        sender.send(enumerate(TOKENS[:3]))
        wait_for(lambda: len(again.bytes) >= 1)
        assert again.bytes == yhat(TOKENS[:3])[:len(again.bytes)]
        again.stop()
        sender.pipeline.stop()


if __name__ == "__main__":
    main(dict(globals()))
