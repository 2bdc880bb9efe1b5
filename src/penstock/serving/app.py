"""One app of all routes, from what was opened."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from penstock.serving.api import make_api
from penstock.serving.openapi import describe
from penstock.serving.page import page_of
from penstock.serving.protection.body import Bodies
from penstock.serving.protection.room import Room
from penstock.serving.requests import EventType, label_columns
from penstock.serving.router import Router, open_label
from penstock.serving.routes import LabelsRoute, RecommendRoute, Route, ScoreRoute
from penstock.serving.state import State


def make_app(state: State) -> Router:
    """The ASGI app; it closes nothing that `state` holds."""
    routes = routes_of(state)

    @cache
    def document() -> dict[str, Any]:
        keys = state.guard.keyring is not None
        return describe(api, routes, version("penstock"), keys=keys)

    @cache
    def page() -> str:
        return page_of(document())

    api = make_api(state, document, page)
    limits = state.settings.limits
    templates = {one.path: one.path for one in api.routes}
    return Router(
        routes,
        api,
        state.guard,
        Bodies(limits.body_bytes, limits.body_seconds),
        state.metrics,
        open_label(templates),
    )


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
