"""`python -m simulator serve | truth | files`: the command line of the simulator."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from simulator.faults.rules import SCENARIOS, FaultError, load_faults
from simulator.world.instants import parse_instant
from simulator.world.world_file import StateError, WorldFile, default_folder, open_world_file, write_whole

if TYPE_CHECKING:
    from simulator.apis.notifications import Notifier
    from simulator.apis.queue import OwnQueue


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; the exit code. Errors of use are told in a sentence on stderr, with code 2."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:  # `... truth | head` has seen enough
        sys.stdout = None
        return 0
    except (StateError, FaultError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="The marketplaces' APIs on 127.0.0.1.")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="serve a world until SIGINT or SIGTERM")
    _world_arguments(serve)
    serve.add_argument("--port", type=int, default=0, help="0 (default): a free one")
    serve.add_argument("--time-scale", type=_scale, default=1.0, help="divides generation times, multiplies rates")
    serve.add_argument("--faults", default="none", help=f"a JSON file of rules, or one of {', '.join(SCENARIOS)}")
    serve.add_argument("--live", action="store_true", help="the world's clock is the real one")
    serve.add_argument("--config-out", type=Path, help="folder for stores.yaml, .env and manual/*.csv")
    serve.add_argument("--port-file", type=Path, help="file that gets the port once it is served")
    serve.add_argument("--token-lifetime", type=int, default=3600, help="seconds that an access token is good for")
    serve.add_argument("--too-soon", choices=("CANCELLED", "FATAL"), default="CANCELLED",
                       help="what an FBA report becomes that is asked for again too soon")  # fmt: skip
    serve.add_argument("--answers", choices=("all", "one"),
                       help="marketplaces that an FBA inventory report tells: all of the account, or one")  # fmt: skip
    serve.add_argument("--restricted", type=_listed, default=(),
                       help="report types, by commas, whose documents need a restricted data token")  # fmt: skip
    serve.add_argument("--strict", action="store_true",
                       help="roles are asked for, secrets end after 180 days, rates are Amazon's")  # fmt: skip
    serve.add_argument("--without-role", action="append", default=[], metavar="ROLE",
                       help="with --strict: a role that the application lacks (several times)")  # fmt: skip
    serve.add_argument("--paper", type=Path,
                       help="file for what a seller of this world has on paper: ids, tokens, addresses")  # fmt: skip
    serve.add_argument("--queue", action="store_true",
                       help="serve an SQS queue, which is told of finished reports and of what happens")  # fmt: skip
    serve.add_argument("--sqs-queue-url", help="queue that is told of finished reports and queries")
    serve.add_argument("--sqs-endpoint", help="where that queue is, if not at AWS")
    serve.set_defaults(run=_serve)
    files = commands.add_parser("files", help="write the configuration of a world without serving it")
    _world_arguments(files)
    files.add_argument("--config-out", type=Path, required=True, help="folder to write to")
    files.add_argument("--endpoint", default="http://127.0.0.1:0", help="address to write into .env")
    files.set_defaults(run=_files)
    truth = commands.add_parser("truth", help="print what a mart must show, as CSV")
    truth.add_argument("--mart", required=True)
    truth.add_argument("--seed", type=int, default=7)
    truth.add_argument("--now", type=_instant)
    truth.add_argument("--as-met", action="store_true", help="of a world without a state folder")
    truth.add_argument("--state", type=Path)
    truth.set_defaults(run=_truth)
    return parser


def _world_arguments(parser: argparse.ArgumentParser) -> None:
    for name, default in (("seed", 7), ("stores", 3), ("products", 30), ("days", 60)):
        parser.add_argument(f"--{name}", type=int, help=f"default: what the state folder holds, else {default}")
    parser.add_argument("--as-met", action="store_true", help="documents come as users have met them")
    parser.add_argument("--now", type=_instant, help="where the world stands, as 2026-01-31T09:00:00Z")
    parser.add_argument(
        "--state", type=Path, help="folder of the world's state; default: demo/simulator in TRADEWIND_HOME"
    )


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _scale(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be greater than 0")
    return value


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _open(options: argparse.Namespace) -> tuple[WorldFile, Path]:
    folder = options.state or default_folder()
    wanted = {name: getattr(options, name) for name in ("seed", "stores", "products", "days")}
    # without the option a world stays what it is
    return open_world_file(folder, options.now, **wanted, as_met=options.as_met or None), folder


def _serve(options: argparse.Namespace) -> int:
    from simulator.apis.amazon_sp.roles import ALL
    from simulator.apis.queue import PATH, OwnQueue
    from simulator.apis.server import listen, run
    from simulator.apis.simulation import Simulation
    from simulator.config_files import paper, write_config
    from simulator.seeded_world import World

    if problem := _strictness(options):
        print(f"simulator: {problem}", file=sys.stderr)
        return 2
    rules = load_faults(options.faults)
    file, folder = _open(options)
    try:
        sock = listen(options.port)
    except OSError as error:
        print(f"simulator: port {options.port} cannot be used: {error}. Use --port 0 for a free one.", file=sys.stderr)
        return 2
    port = sock.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    world = World.of(file, answers=options.answers)
    queue = OwnQueue(folder) if options.queue else None
    sim = Simulation(
        world, file.now, folder, base_url, time_scale=options.time_scale, faults=rules, live=options.live,
        too_soon=options.too_soon, token_lifetime=options.token_lifetime, restricted=options.restricted,
        notifier=_notifier(options, queue), queue=queue,
        roles=ALL - set(options.without_role) if options.strict else None,
    )  # fmt: skip
    told = {"live": options.live, "queue": base_url + PATH if queue else None, "secret": sim.secrets.newest.shown}
    if options.config_out:
        write_config(options.config_out, world, file.now, base_url, **told)
    if options.paper:
        write_whole(options.paper, paper(world, file.now, base_url, **told))

    def ready() -> None:
        print(f"simulator ready on {base_url}", flush=True)
        if options.port_file:
            options.port_file.parent.mkdir(parents=True, exist_ok=True)
            options.port_file.write_text(f"{port}\n")

    run(sim, sock, ready)
    return 0


def _strictness(options: argparse.Namespace) -> str:
    """What is wrong with the options of strictness; '' if nothing is."""
    from simulator.apis.amazon_sp.roles import ALL

    unknown = sorted(set(options.without_role) - ALL)
    if unknown:
        return f"there is no role {', '.join(unknown)}; the roles are {', '.join(sorted(ALL))}."
    if options.without_role and not options.strict:
        return "--without-role says what --strict asks for: give both."
    if options.strict and options.time_scale != 1:
        return "--strict keeps Amazon's rates: leave --time-scale away."
    return ""


def _notifier(options: argparse.Namespace, queue: OwnQueue | None) -> Notifier | None:
    from simulator.apis.notifications import Notifier

    if queue is not None:
        return Notifier.of_own(queue)
    return Notifier.at_sqs(options.sqs_queue_url, options.sqs_endpoint) if options.sqs_queue_url else None


def _files(options: argparse.Namespace) -> int:
    from simulator.config_files import write_config
    from simulator.seeded_world import World

    file, _ = _open(options)
    world = World.of(file)
    write_config(options.config_out, world, file.now, options.endpoint)
    return 0


def _truth(options: argparse.Namespace) -> int:
    from simulator.truth import print_truth

    folder = options.state or default_folder()
    known = WorldFile.read(folder)
    if known is None or known.seed != options.seed:
        moment = options.now or datetime.now(UTC).replace(second=0, microsecond=0)
        known = WorldFile(options.seed, 3, 30, 60, moment, moment, as_met=options.as_met)
    return print_truth(options.mart, known, options.now or known.now, folder)


def run_and_exit() -> NoReturn:
    """Entry point of `python -m simulator`."""
    sys.exit(main())


if __name__ == "__main__":
    run_and_exit()
