"""Reads a story, and reports everything that is wrong with its place and what to do."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import available_timezones

import yaml
from yaml.representer import SafeRepresenter

from bot.simulator.cast import PEOPLE
from bot.simulator.control.faults import FAULT_WORDS, add_fault
from bot.simulator.errors import WrongOrder
from bot.simulator.faults import Faults
from bot.simulator.model import Json
from bot.simulator.stories.nodes import Nodes
from bot.simulator.stories.script import (
    ALONE,
    ALWAYS,
    BESIDE,
    DEEDS,
    ROLES,
    UNSEEN,
    Persona,
    Step,
    Story,
    StoryIsWrong,
)

CAST = tuple(person[0] for person in PEOPLE)
STEP_WORDS = tuple(dict.fromkeys((*ALWAYS, *DEEDS, *BESIDE, *ALONE)))
STORY_WORDS = ("story", "workspace", "people", "steps")
SPAN = re.compile(r"(\d+)\s*(d|h|min|m|s)(?![a-z])")
TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}
LONGEST = timedelta(days=366)
MOST_STEPS = 2_000
PERSONA_WORDS = ("name", "real_name", "title", "zone", "role")
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,20}")
Pair = tuple[yaml.Node, yaml.Node]


def read_story(path: Path, *, people: Collection[str] = CAST) -> Story:
    """Read a script; `people` are those who may act in it.

    Raises:
        StoryIsWrong: with everything that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise StoryIsWrong((f"{path} cannot be read: {fault.strerror}.",)) from None
    except UnicodeDecodeError:
        raise StoryIsWrong((f"{path} is not a text in UTF-8.",)) from None
    return story_of(text, name=str(path), people=people)


def story_of(text: str, *, name: str = "story", people: Collection[str] = CAST) -> Story:
    """The same for a text.

    Raises:
        StoryIsWrong: with everything that is wrong.
    """
    nodes, root = Nodes.of(name, text)
    story = None if root is None else _Reading(nodes, people).story(root)
    if story is None or nodes.problems:
        raise StoryIsWrong(tuple(nodes.problems))
    return story


def step_of(body: Json, who: str) -> Step:
    """One step of that person, from JSON: a deed with its words, `sees`, `does not see`.

    Raises:
        StoryIsWrong: with everything that is wrong.
    """
    nodes = Nodes()
    root = SafeRepresenter().represent_data(body)
    step = _Reading(nodes, (who,)).deed(Step(at="", who=who), root)
    if nodes.problems:
        raise StoryIsWrong(tuple(nodes.problems))
    return step


def persona_of(body: Json, people: Collection[str]) -> Persona:
    """Somebody who joins those `people`, from JSON.

    Raises:
        StoryIsWrong: with everything that is wrong.
    """
    nodes = Nodes()
    persona = _Reading(nodes, people).persona(SafeRepresenter().represent_data(body))
    if nodes.problems:
        raise StoryIsWrong(tuple(nodes.problems))
    return persona


class _Reading:
    def __init__(self, nodes: Nodes, people: Collection[str]) -> None:
        self._nodes = nodes
        self._people = tuple(people)
        self._latest = timedelta()

    def story(self, root: yaml.Node) -> Story:
        parts = self._nodes.mapping(root, "a story", STORY_WORDS)
        brought = self._brought(parts["people"][1]) if "people" in parts else ()
        told = {word: self._nodes.text(parts[word][1], word) for word in ("story", "workspace")
                if word in parts}  # fmt: skip
        title, workspace = told.get("story", "A story"), told.get("workspace", "")
        if "steps" not in parts:
            self._nodes.bad(root, "a story has `steps`, each with `who` does what.")
            return Story(title=title, steps=())
        found = self._nodes.items(parts["steps"][1], "`steps`")
        if len(found) > MOST_STEPS:
            self._nodes.bad(found[-1], f"a story has at most {MOST_STEPS} steps.")
        steps = tuple(self._step(each) for each in found[:MOST_STEPS])
        return Story(title=title, steps=steps, people=brought, workspace=workspace)

    def _brought(self, node: yaml.Node) -> tuple[Persona, ...]:
        """The people that the story brings along, who may act in it from now on."""
        brought = tuple(self.persona(each) for each in self._nodes.items(node, "`people`"))
        self._people = (*self._people, *(each.name for each in brought))
        return brought

    def persona(self, node: yaml.Node) -> Persona:
        parts = self._nodes.mapping(node, "a person", PERSONA_WORDS)
        told = {word: self._nodes.text(value, word) for word, (_, value) in parts.items()}
        persona = Persona(**{"name": "", "real_name": told.get("name", "").title(), **told})
        if not NAME.fullmatch(persona.name):
            self._nodes.bad(node, "a person needs a `name` of small letters and digits: zoe.")
        elif persona.name in self._people:
            self._nodes.bad(node, f"there is a {persona.name} already; choose another name.")
        if persona.role not in ROLES:
            self._nodes.bad(parts["role"][1], f"`role` is one of {', '.join(ROLES)}.")
        if persona.zone not in available_timezones():
            self._nodes.bad(parts["zone"][1], "`zone` is a time zone as in Europe/Berlin.")
        return persona

    def _step(self, node: yaml.Node) -> Step:
        parts = self._nodes.mapping(node, "a step", STEP_WORDS)
        step = Step(at=self._nodes.at(node))
        if "when" in parts:
            step = replace(step, when=self._when(parts["when"][1]))
        alone = [word for word in ALONE if word in parts]
        if alone:
            return self._alone(step, alone[0], parts)
        if not parts.keys() - {"when"}:
            if "when" not in parts:
                self._nodes.bad(node, "a step says `who` does what, or `chapter`, or `when`.")
            return step
        return self._deed(self._who(step, node, parts), node, parts)

    def deed(self, step: Step, node: yaml.Node) -> Step:
        """What somebody does and sees, when it is known who."""
        return self._deed(step, node, self._nodes.mapping(node, "a step", STEP_WORDS))

    def _when(self, node: yaml.Node) -> timedelta | None:
        """So long after the beginning: `+61 min`, `1h 5m`."""
        text = self._nodes.text(node, "when").strip().removeprefix("+")
        spans = SPAN.findall(text)
        seconds = sum(min(int(number[:9]), 10**8) * SECONDS[unit] for number, unit in spans)
        when = timedelta(seconds=min(seconds, 10**9))
        if TIME_OF_DAY.fullmatch(text):
            self._nodes.bad(
                node,
                f"`when` is how long after the beginning, not a time of day: in place of {text} "
                "write how much later that is, as 90 min or 1h 30m.",
            )
            return None
        if not spans or SPAN.sub("", text).strip() or when > LONGEST:
            self._nodes.bad(node, "`when` is how long after the beginning: +61 min, or 1h 30m.")
            return None
        if when < self._latest:
            self._nodes.bad(node, "`when` is before that of an earlier step; time never goes back.")
        self._latest = max(self._latest, when)
        return when

    def _alone(self, step: Step, word: str, parts: dict[str, Pair]) -> Step:
        key, value = parts[word]
        others = parts.keys() - {word, "when"}
        if others:
            self._nodes.bad(key, f"`{word}` is a step of its own; `{min(others)}` is another.")
        if word == "chapter":
            return replace(step, chapter=self._nodes.text(value, "chapter"))
        if word == "heals":
            return replace(step, heals=True)
        told = self._nodes.mapping(value, "`order`", FAULT_WORDS)
        order = {key: self._nodes.value(each) for key, (_, each) in told.items()}
        try:
            add_fault(Faults(), order)
        except WrongOrder as wrong:
            self._nodes.bad(value, str(wrong))
        return replace(step, order=order)

    def _who(self, step: Step, node: yaml.Node, parts: dict[str, Pair]) -> Step:
        if "who" not in parts:
            self._nodes.bad(node, f"a step needs `who`: {', '.join(self._people)}.")
            return step
        who = self._nodes.text(parts["who"][1], "who").removeprefix("@")
        if who and who not in self._people:
            there = ", ".join(self._people)
            self._nodes.bad(parts["who"][1], f"there is nobody called {who!r}; there is: {there}.")
        return replace(step, who=who)

    def _deed(self, step: Step, node: yaml.Node, parts: dict[str, Pair]) -> Step:
        done = [word for word in DEEDS if word in parts]
        if len(done) > 1:
            second = parts[done[1]][0]
            self._nodes.bad(second, f"one step has one deed: `{done[0]}`, and `{done[1]}` is next.")
        if not done and not {"sees", UNSEEN} & parts.keys():
            self._nodes.bad(
                node, f"say what they do: {', '.join(DEEDS)}; or what they see: `sees`."
            )
        step = self._beside(step, done[0] if done else "", node, parts)
        step = self._value(step, parts[done[0]]) if done else step
        step = replace(step, sees=self._words("sees", parts), unseen=self._words(UNSEEN, parts))
        looks = [parts[word][1] for word in ("sees", UNSEEN) if word in parts]
        if looks and not step.place:
            if done[:1] == ["opens"]:
                step = replace(step, place="@app" if step.text == "messages" else "home")
            else:
                self._nodes.bad(looks[0], "say `in` which channel it is seen, or home, or modal.")
        return step

    def _words(self, word: str, parts: dict[str, Pair]) -> tuple[str, ...]:
        """One text or a list of them."""
        if word not in parts:
            return ()
        value = parts[word][1]
        several = isinstance(value, yaml.SequenceNode)
        words = self._nodes.items(value, f"`{word}`") if several else [value]
        return tuple(self._nodes.text(each, word) for each in words)

    def _beside(self, step: Step, done: str, node: yaml.Node, parts: dict[str, Pair]) -> Step:
        """The words that go with the deed."""
        deed = DEEDS.get(done)
        may = (*deed.needs, *deed.may) if deed else ("in",)
        for word in deed.needs if deed else ():
            if word not in parts:
                self._nodes.bad(node, f"`{done}` needs `{word}` as well.")
        for word in BESIDE:
            if (
                word in parts
                and word not in may
                and not (word == "in" and {"sees", UNSEEN} & parts.keys())
            ):
                self._nodes.bad(parts[word][0], f"`{word}` does not go with `{done}`.")
        texts = {word: self._nodes.text(parts[word][1], word) for word in BESIDE
                 if word in parts and word != "refused"}  # fmt: skip
        refused = {}
        if "refused" in parts:
            told = self._nodes.mapping(parts["refused"][1], "`refused`")
            refused = {key: self._nodes.text(value, key) for key, (_, value) in told.items()}
        return replace(
            step,
            place=texts.get("in", "").removeprefix("#"),
            to=texts.get("to", ""),
            thread=texts.get("thread", ""),
            form=texts.get("form", ""),
            into=texts.get("into", ""),
            refused=refused,
        )

    def _value(self, step: Step, pair: Pair) -> Step:
        key, value = pair
        word = str(key.value)
        step = replace(step, deed=word)
        if DEEDS[word].value == "text":
            return replace(step, text=self._nodes.text(value, word))
        told = self._nodes.mapping(value, f"`{word}`")
        fields = {name: self._nodes.value(each) for name, (_, each) in told.items()}
        return replace(step, fields=fields)
