"""The Web API methods by name, one module per family."""

from bot.simulator.api import Method
from bot.simulator.methods import auth

FAMILIES = (auth.METHODS,)
METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family}
