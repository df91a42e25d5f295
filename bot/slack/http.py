"""Slack's deliveries over HTTP: signed requests, handed to bolt."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

PATH = "/slack/events"


def route(app: AsyncApp) -> web.RouteDef:
    """Return the one address for events, commands and interactions; bolt checks the signature."""

    async def deliver(request: web.Request) -> web.Response:
        response = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    return web.post(PATH, deliver)
