"""Every route of the house has a name that staff understand."""

from core.interactions import families


def test_every_route_has_a_family(registry):
    routes = [*registry.actions.values(), *registry.steps.values(), *registry.bodies.values()]
    nameless = {route.name for route in routes if families.of(route.name) is families.OTHER}
    nameless -= {"push.ignore", "push:templatesendjobfinish"}  # the platform's own notices
    assert not nameless, f"put their subjects into core/interactions/families.py: {nameless}"


def test_the_routes_of_the_pipeline_itself_have_one_too():
    told = {name: families.of(name).key for name in ("crisis", "concern", "cancel", "search", "refused", "failed")}
    assert told == {
        "crisis": "crisis",
        "concern": "concern",
        "cancel": "menu",
        "search": "study",
        "refused": "refused",
        "failed": "failed",
    }


def test_no_word_tells_of_two_families():
    words = [word for family in families.FAMILIES for word in family.words]
    assert len(words) == len(set(words))
