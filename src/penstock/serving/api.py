"""The routes without bodies, by FastAPI: health, metrics, models, traces, administration, docs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from penstock.core.errors import PenstockError, UnknownName, did_you_mean
from penstock.serving.log.ids import is_id
from penstock.serving.log.tracing import trace
from penstock.serving.openapi import TRACE
from penstock.serving.refusal import MEDIA, SHOWN, Refused
from penstock.serving.state import State

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
PAGE_POLICY = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
SERVING, MODELS, ADMIN = "health", "models", "admin"


class Live(BaseModel):
    """The process answers; nothing else is asked, no tracker, no store."""

    status: str = "live"


class Ready(BaseModel):
    """Whether requests should come here, and what is wrong though they may."""

    ready: bool
    projects: list[str]
    problems: dict[str, str] = Field(description="by project, or `log`; the server answers anyway")


class Reloaded(BaseModel):
    """By project: whether another model answers since."""

    reloaded: dict[str, bool]
    problems: dict[str, str]


def make_api(state: State, document: Callable[[], dict[str, Any]], page: Callable[[], str]) -> Any:
    """The app.

    Args:
        document: OpenAPI of every route of the server; page: the same for people.
    """
    api = FastAPI(
        title="penstock", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    _health(api, state)
    _models(api, state)
    _admin(api, state)

    @api.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return document()

    @api.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page(), headers=PAGE_POLICY)

    @api.get("/", include_in_schema=False)
    def start() -> RedirectResponse:
        return RedirectResponse("/docs")

    @api.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        headers = {key.decode(): value.decode() for key, value in error.headers}
        return Response(error.body, error.status, headers, MEDIA.decode())

    @api.exception_handler(UnknownName)
    async def unknown(request: Request, error: UnknownName) -> Response:
        return await refused(request, Refused(HTTPStatus.NOT_FOUND, str(error)))

    @api.exception_handler(PenstockError)
    async def broken(request: Request, error: PenstockError) -> Response:
        detail, _, fix = str(error).partition("\n  fix: ")
        return await refused(request, Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, fix=fix))

    @api.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> Response:
        return await refused(request, _said(error, request, list(document()["paths"])))

    return api


def _said(error: HTTPException, request: Request, paths: list[str]) -> Refused:
    """What FastAPI finds itself: no such path, no such method."""
    path, headers = request.url.path[:200], dict(error.headers or {})
    status = HTTPStatus(error.status_code)
    if status == HTTPStatus.NOT_FOUND:
        hint = did_you_mean(path, paths)
        return Refused(status, f"no path {path!r}; {hint}", fix="GET /docs tells them all")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow", "another method")
        return Refused(status, f"{path} takes {allowed}, came {request.method}", headers=headers)
    return Refused(status, str(error.detail), headers=headers)


def _health(api: FastAPI, state: State) -> None:
    @api.get("/healthz", tags=[SERVING], summary="Whether the process lives")
    async def healthz() -> Live:
        return Live()

    @api.get(
        "/readyz",
        tags=[SERVING],
        summary="Whether requests should come here",
        responses={503: {"model": Ready, "description": "it is about to stop"}},
    )
    async def readyz(response: Response) -> Ready:
        if state.draining:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return Ready(ready=not state.draining, projects=state.projects, problems=state.problems())

    @api.get(
        "/metrics",
        tags=[SERVING],
        summary="For Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def metrics() -> Response:
        return Response(state.metrics.text(), media_type=EXPOSITION)


def _models(api: FastAPI, state: State) -> None:
    @api.get("/v1/{project}/model", tags=[MODELS], summary="The model that answers, and its data")
    def model(project: str) -> dict[str, Any]:
        return state.model(project[:SHOWN])

    @api.get(
        "/v1/predictions/{prediction_id}",
        tags=[MODELS],
        operation_id=TRACE,
        summary="What a prediction came from: event, features, model, data",
    )
    def prediction(prediction_id: str) -> dict[str, Any]:
        found = state.log.find(prediction_id) if is_id(prediction_id) else None
        if found is None:
            raise Refused(
                HTTPStatus.NOT_FOUND,
                f"no prediction {prediction_id[:SHOWN]!r} is on record",
                fix="give the prediction_id of an answer",
            )
        return trace(state.root, found)


def _admin(api: FastAPI, state: State) -> None:
    @api.post("/v1/admin/reload", tags=[ADMIN], summary="Look at the champions' pointers now")
    async def reload() -> Reloaded:
        reloaded = await asyncio.to_thread(state.reload)
        return Reloaded(reloaded=reloaded, problems=state.problems())

    @api.get("/v1/admin/arms", tags=[ADMIN], summary="Which model answers whom")
    async def arms() -> dict[str, Any]:
        return state.arms()
