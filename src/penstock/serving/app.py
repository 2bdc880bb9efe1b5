"""One app of all routes, from what was opened."""

from __future__ import annotations

from functools import cache, partial
from importlib.metadata import version
from typing import Any

from penstock.serving.protection.body import Bodies
from penstock.serving.protection.room import Room
from penstock.serving.requests import EventType, label_columns
from penstock.serving.router import App, Label, Router, open_label
from penstock.serving.routes import LabelsRoute, RecommendRoute, Route, ScoreRoute
from penstock.serving.state import State


def make_app(state: State) -> Router:
    """The ASGI app; it closes nothing that `state` holds."""
    routes, limits = routes_of(state), state.settings.limits
    bodies = Bodies(limits.body_bytes, limits.body_seconds)
    return Router(routes, partial(_cold, state, routes), state.guard, bodies, state.metrics)


def _cold(state: State, routes: list[Route]) -> tuple[App, Label]:
    """The routes without bodies; FastAPI is not needed to score, and takes its time to import."""
    from penstock.serving.api import make_api
    from penstock.serving.openapi import describe
    from penstock.serving.page import page_of

    @cache
    def document() -> dict[str, Any]:
        keys = state.guard.keyring is not None
        return describe(api, routes, version("penstock"), keys=keys)

    @cache
    def page() -> str:
        return page_of(document())

    api = make_api(state, document, page)
    return api, open_label({one.path: one.path for one in api.routes})


def routes_of(state: State) -> list[Route]:
    """The routes that take a body, of all projects."""
    limits = state.settings.limits
    room = Room(limits.in_flight, state.metrics)
    routes: list[Route] = []
    for project, scoring in state.scoring.items():
        routes.append(ScoreRoute(scoring, room, limits.events))
        columns = state.columns[project]
        name = f"{scoring.events.struct.__name__.removesuffix('Event')}Label"
        posted = EventType(name, label_columns(columns), limits)
        target = next(one.name for one in columns if one.role == "target")
        routes.append(
            LabelsRoute(project, posted, target, scoring.features, state.labels, limits.events)
        )
    routes += [RecommendRoute(one, room) for one in state.recommending.values()]
    return routes
