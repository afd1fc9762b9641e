"""The map of ties as SVG: attributes and classes only. What costs bytes by the thousand is written short."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from masslink.people.ties.layout import WIDTH, Layout, Point
from masslink.people.ties.lettering import ABOVE, BELOW, LEFT, NEARER, RIGHT, anchor
from masslink.people.ties.network import Drawn, Network, Someone

ONE_OF_US = "us"
SHORTEST = 6
STEPS = 6  # how often one can come nearer
_DOTS = {1: (0,), 2: (-1, 1), 3: (-2, 0, 2), 4: (-3, -1, 1, 3), 5: (-4, -2, 0, 2, 4)}


def letters_of_ids(net: Network) -> int:
    """With how many letters of their ids this place's people can be told apart, in the map's addresses."""
    count = SHORTEST
    while len({id.hex[:count] for id in net.people}) < len(net.people):
        count += 1
    return count


def nodes(net: Network, map: Drawn, called: Mapping[UUID, str]) -> SafeString:
    """Everybody as a link: a circle by depth, and the name; those whose names are seen first come last, on top."""
    count = letters_of_ids(net)
    order = sorted(net.people, key=lambda id: -map.letters[id].step)
    steps: dict[int, list[UUID]] = {}
    for id in order:
        steps.setdefault(map.letters[id].step, []).append(id)
    return format_html_join(
        "\n",
        '<g class="t{}">{}</g>',
        ((step, format_html_join("", _NODE, (_node(net.people[id], map, called, count) for id in ids)))
         for step, ids in steps.items()),
    )  # fmt: skip


_NODE = '<a href="?who={}"><use href="#p{}" x="{}" y="{}"/><text{} x="{}" y="{}">{}</text></a>'
_SIDE = {RIGHT: "", LEFT: ' class="l"', BELOW: ' class="b"', ABOVE: ' class="a"'}


def _node(one: Someone, map: Drawn, called: Mapping[UUID, str], count: int) -> tuple[object, ...]:
    spot, side = map.layout.spots[one.id], map.letters[one.id].side
    tx, ty = anchor(spot, map.layout.radius, side)
    x, y = (round(n) for n in spot)
    return one.id.hex[:count], tone(one), x, y, SafeString(_SIDE[side]), round(tx), round(ty), called[one.id]


def tone(one: Someone) -> str:
    return ONE_OF_US if one.is_member else str(one.depth)


def symbols(radius: float) -> SafeString:
    """One circle for each depth, with its points, and one for those who are members."""
    found = [format_html('<circle id="p0" class="m0" r="{}"/>', f"{radius:.1f}")]
    for depth, places in _DOTS.items():
        dots = [(f"{place * radius * 0.16:.1f}", f"{radius * 0.13:.1f}") for place in places]
        points = format_html_join("", '<circle class="pt" cx="{}" r="{}"/>', dots)
        found.append(
            format_html(
                '<g id="p{}" class="m{}"><circle r="{}"/>{}</g>', depth, depth, f"{radius:.1f}", points
            )
        )
    found.append(
        format_html(
            '<g id="p{}" class="us"><circle r="{}"/><circle class="pt" r="{}"/></g>',
            ONE_OF_US, f"{radius:.1f}", f"{radius * .45:.1f}",
        )
    )  # fmt: skip
    return format_html_join("", "{}", ((one,) for one in found))


def at(spot: Point) -> tuple[int, int]:
    return round(spot[0]), round(spot[1])


# --- nearer --------------------------------------------------------------------------------------


class View:
    """The part of the map that is shown, and how near that is."""

    def __init__(self, layout: Layout[UUID], ids: Sequence[UUID] = ()) -> None:
        spots = [layout.spots[id] for id in ids if id in layout.spots]
        self.step, self.x, self.y = 0, 0.0, 0.0
        self.width, self.height = layout.width, max(layout.height, 1.0)
        if not spots:
            return
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        wide = max(xs) - min(xs) + 3 * layout.unit
        high = (max(ys) - min(ys) + 3 * layout.unit) * WIDTH / self.height
        while self.step < STEPS and max(wide, high) * NEARER ** (self.step + 1) <= WIDTH:
            self.step += 1
        if not self.step:
            return
        by = NEARER**self.step
        self.width, self.height = layout.width / by, self.height / by
        self.x = (max(xs) + min(xs)) / 2 - self.width / 2
        self.y = (max(ys) + min(ys)) / 2 - self.height / 2

    @property
    def box(self) -> str:
        return f"{self.x:.0f} {self.y:.0f} {self.width:.0f} {self.height:.0f}"
