"""For those who keep watch: is the process alive, is it ready to serve?"""

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from samverka.foundation.access.doors import public

from .errors import problem


@public(reason="Says only that the process answers.")
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@public(reason="Says only whether the database is reachable and migrated.")
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        executor = MigrationExecutor(connections["default"])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return problem(503, "The database does not answer.")
    if pending:
        return problem(503, "The database is not migrated.", detail="Run: samverka migrate")
    return JsonResponse({"status": "ready"})
