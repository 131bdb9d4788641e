"""`samverka serve`: the production server."""

import click

from samverka.cli.failures import Failure
from samverka.cli.session import close_connections, require_migrated, session


@click.command(short_help="Run the web server and a job worker.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes.  [default: one a processor, 2 to 4]")
@click.option("--no-worker", is_flag=True, help="Start no job worker; samverka worker runs elsewhere.")
def serve(host: str, port: int, workers: int | None, no_worker: bool) -> None:  # noqa: FBT001  click's flags
    """Run the web server, and a job worker beside it, until SIGTERM or SIGINT.

    Running requests and jobs get half a minute to end; a second signal ends at once. Refuses to start while
    migrations are pending. Logs one JSON object a line to stderr.
    """
    from samverka.cli import listening, processes
    from samverka.cli.static_files import gather
    from samverka.cli.web_server import default_workers

    with session():
        require_migrated()
        gather()
        listener = listening.listen(host, port)
        address = listening.url(listener)
        close_connections()
        try:
            processes.watch(
                listener,
                workers=workers or default_workers(),
                with_worker=not no_worker,
                demo=False,
                when_ready=lambda: click.echo(f"Samverka answers on {address}", err=True),
            )
        except processes.Ended as ended:
            raise Failure(str(ended), kept="Nothing saved was lost.", remedy="Read the log above.") from None
