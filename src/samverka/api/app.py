"""The API: what it is called, who asks, and what it answers."""

from ninja import NinjaAPI

from . import areas, indicators, observations, snapshots
from .callers import THROTTLES, caller
from .problems import answer_with_problems

api = NinjaAPI(
    title="Samverka",
    version="1",
    description=(
        "Areas, indicators, observations and snapshots of the shared situation picture. Everything is read-only. "
        "What is public is read without a key; with a key of an organisation, what the organisation may read."
    ),
    auth=caller,
    throttle=[*THROTTLES],
    docs_url=None,  # its page asks other servers for scripts; ours is views.start
    openapi_url=None,
    urls_namespace="api-1",
)
api.add_router("/areas", areas.router)
api.add_router("/indicators", indicators.router)
api.add_router("/observations", observations.router)
api.add_router("/snapshots", snapshots.router)
answer_with_problems(api)
