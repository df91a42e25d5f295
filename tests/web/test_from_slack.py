"""The way from Slack to the pages, with everything in between real."""

import json
import re
from pathlib import Path

import aiohttp

from tests.people import Responder, World, a_world

SECRET = "a long random text of 32 letters or more"


async def _opened(world: World, link: str) -> tuple[int, str]:
    """Follow a link as a browser would; the public address stands for this server."""
    assert world.bot.web is not None
    here = link.replace("http://localhost", f"http://127.0.0.1:{world.bot.web.port}")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session, session.get(here) as answer:
        return answer.status, await answer.text()


async def _link(who: Responder, room: str) -> str:
    reply = await who.says("/incident show", in_=room)
    blocks = json.dumps(reply.shown and reply.shown.blocks)
    found = re.search(r"http://localhost/incidents/1\?pass=[\w.~-]+", blocks)
    assert found is not None, reply
    return found[0]


async def test_show_gives_everybody_a_link_of_their_own(tmp_path: Path) -> None:
    async with a_world(tmp_path, MUSTER_PAGES_SECRET=SECRET) as world:
        await world.ann.says("/incident declare checkout is down --sev 2")
        room = (await world.room()).name
        status, html = await _opened(world, await _link(world.ann, room))
        assert status == 200
        assert "checkout is down" in html
        assert world.ann.hands.user.name in html
        assert (await _opened(world, "http://localhost/incidents/1"))[0] == 403


async def test_open_pages_are_not_linked_in_a_private_room_but_show_links_them(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await world.ann.says(
            "/incident declare a bucket is public --sev 2 --private --category data"
        )
        room = await world.room(1)
        room.shows("/incident show gives you a link to its page")
        await world.ann.says("/incident resolve made private again --verified", in_=room.name)
        await world.settles()
        said = [
            json.dumps([each.text, each.blocks])
            for each in world.sim.workspace.channels[room.channel].messages.values()
        ]
        assert "localhost/incidents" not in "".join(said)
        assert not world.sim.workspace.channels[room.channel].bookmarks
        status, html = await _opened(world, await _link(world.ann, room.name))
        assert status == 200
        assert "a bucket is public" in html


async def test_a_link_to_a_private_incident_opens_it_for_its_room_only(tmp_path: Path) -> None:
    async with a_world(tmp_path, MUSTER_PAGES_SECRET=SECRET) as world:
        await world.ann.says("/incident declare a bucket is public --sev 2 --private")
        await world.bob.says("/incident declare search is slow --sev 4")
        link = await _link(world.ann, (await world.room(1)).name)
        assert (await _opened(world, link))[0] == 200
        signed = world.bot.desk and world.bot.desk.signer.sign(
            world.sim.workspace.team.id, world.bob.id, world.clock.now()
        )
        for path in ("/incidents/1", "/incidents", "/incidents?show=all&q=bucket"):
            glue = "&" if "?" in path else "?"
            _, html = await _opened(world, f"http://localhost{path}{glue}pass={signed}")
            assert "is public" not in html
