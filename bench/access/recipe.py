"""What a recipe is."""

from typing import ClassVar, Protocol, cast

from bench.access.path import Scene
from bench.registry import Registry, registry


class Recipe(Protocol):
    """Something a bench does so that an item of the starting state comes to be as declared.

    Attributes:
        reaches: the items that it may help, each with its rank among the recipes for that item
            (the gentlest first).
    """

    reaches: ClassVar[dict[str, int]]

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Do it, because of the scene's entry; raises BenchError where bench or car cannot."""
        ...


def recipes() -> Registry:
    """Return every recipe there is."""
    return registry("recipe", "access/recipes")


def recipes_for(item: str) -> list[tuple[str, Recipe]]:
    """Return the recipes that may help an item, the gentlest first."""
    found = [(name, cast("Recipe", recipes().get(name)())) for name in recipes().names()]
    fitting = [(name, recipe) for name, recipe in found if item in recipe.reaches]
    return sorted(fitting, key=lambda each: (each[1].reaches[item], each[0]))
