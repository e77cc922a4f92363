"""Runs one provider by itself: `python -m video_fakes videos --port 4300`.

A server finds it by its interface's address, and its clips cost nothing.
"""
import argparse
import signal
import threading

import video_fakes

PROVIDERS = {"videos": "FakeVideosAPI", "gemini": "FakeGemini", "fal": "FakeFal",
             "runway": "FakeRunway"}


def arguments():
    parser = argparse.ArgumentParser(prog="python -m video_fakes", description=__doc__)
    parser.add_argument("provider", choices=PROVIDERS)
    parser.add_argument("--port", type=int, default=4300, help="0 takes a free one")
    parser.add_argument("--key", default="test-key", help="the key of the interface")
    parser.add_argument("--webhook", metavar="URL", help="is told of ended jobs")
    parser.add_argument("--secret", help="signs webhooks")
    parser.add_argument("--render", type=float, default=10, metavar="SECONDS",
                        help="how long a clip takes")
    parser.add_argument("--faults", type=int, metavar="SEED", help="things go wrong, by this seed")
    parser.add_argument("--personality", help="for videos: whose server it takes after")
    return parser.parse_args()


def main():
    options = arguments()
    extra = {"personality": options.personality} if options.personality else {}
    faults = None if options.faults is None else video_fakes.Faults(options.faults)
    ended = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: ended.set())
    with getattr(video_fakes, PROVIDERS[options.provider])(
            options.key, options.render, faults=faults, webhook_url=options.webhook,
            webhook_secret=options.secret, port=options.port, **extra) as fake:
        print(f"Interface  {fake.url}   key {options.key}")
        print(f"Clips      {fake.file_host.url}")
        print(f"Webhooks   {options.webhook or 'nowhere'}", flush=True)
        ended.wait()


main()
