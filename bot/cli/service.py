"""`duban run`, `duban sandbox`, `duban demo`: what serves until it is stopped."""

import argparse
import asyncio
import logging
import signal

from bot.cli import arguments, output
from bot.cli.words import Words
from tasks.errors import Refused


def add(commands: arguments.Group) -> None:
    demo = commands.command("demo", _demo, json=True)
    demo.add_argument("--port", type=arguments.port, default=0, help=demo.words.help("port"))
    demo.add_argument("--play", action="store_true", help=demo.words.help("play"))
    demo.set_defaults(fail=demo.error)
    sandbox = commands.command("sandbox", _sandbox)
    sandbox.add_argument("--port", type=arguments.port, default=0, help=sandbox.words.help("port"))
    commands.command("run", _run)


def _demo(args: argparse.Namespace, words: Words) -> None:
    from bot import demo

    if args.json and not args.play:
        args.fail(words.say("json_needs_play"))
    if demo.main(port=args.port, play=args.play, json=args.json):
        raise Refused("story_failed")


def _run(args: argparse.Namespace, words: Words) -> None:
    from bot.app import build
    from bot.cli import console
    from config import logs
    from tasks.db import Database

    settings = console.settings()
    settings.bot_token()
    database = Database(settings.database())
    try:
        console.make_ready(database)
    finally:
        database.dispose()
    logs.configure("INFO", *settings.secrets())
    if settings.webhook_url is not None:
        logging.getLogger(__name__).warning("DUBAN_WEBHOOK_URL is not used yet: the bot polls")
    build(settings).run()


def _sandbox(args: argparse.Namespace, words: Words) -> None:
    asyncio.run(_serve(args.port))


async def _serve(port: int) -> None:
    from datetime import UTC, datetime

    from bot import sandbox

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        serving = await sandbox.create(now=lambda: datetime.now(UTC)).start(port=port)
    except OSError as error:
        raise Refused("port_taken", port=port, reason=error.strerror or "") from None
    try:
        output.now(serving.url)
        await stopped.wait()
    finally:
        await serving.stop()
