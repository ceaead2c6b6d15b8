"""Random, friendly names for people who take part without giving their own: "Quiet Heron 42"."""

import random
from collections.abc import Collection, Iterator


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words(
    """
    Able Amber Autumn Blue Brave Breezy Bright Brisk Bronze Calm Careful Cheerful Clear Clever Copper Coral Cosy
    Curious Daring Dawn Eager Early Easy Evening Fair Fleet Fond Free Fresh Gentle Glad Golden Good Grand Green
    Happy Hardy Hidden Honest Humble Indigo Jade Jolly Keen Kind Lilac Lively Lucky Lunar Mellow Merry Mild
    Misty Morning Neat Nimble Noble Olive Open Patient Peaceful Pearl Placid Plain Polite Prime Proud Quick
    Quiet Rapid Ready River Rosy Round Royal Ruby Sandy Serene Sharp Silent Silver Simple Sincere Smooth Snowy
    Solar Spring Stable Steady Still Summer Sunny Swift Tall Tidy Tranquil True Upbeat Velvet Violet Warm
    Wandering Whole Windy Winter Wise Witty Wooden Young
    """
)
ANIMALS = _words(
    """
    Albatross Badger Bat Beaver Bee Bison Blackbird Bluebird Bobcat Bunting Butterfly Caribou Cat Chamois
    Chickadee Condor Coot Cormorant Crane Cricket Crow Curlew Deer Dolphin Dormouse Dove Dragonfly Duck Dunlin
    Eagle Egret Elk Falcon Ferret Finch Firefly Flamingo Fox Gazelle Gecko Gibbon Goldfinch Goose Grouse Gull
    Hare Harrier Hawk Hedgehog Heron Hoopoe Horse Ibex Ibis Jackdaw Jay Kestrel Kingfisher Kite Koala Lapwing
    Lark Lemur Linnet Lizard Llama Loon Lynx Magpie Mallard Marten Martin Meerkat Merlin Moose Moth Newt
    Nightingale Nuthatch Ocelot Oriole Osprey Otter Owl Panda Partridge Pelican Penguin Petrel Pigeon Pipit
    Plover Pony Puffin Quail Rabbit Raven Redstart Robin Salmon Sandpiper Seal Skylark Sparrow Squirrel Starling
    Stork Swallow Swan Swift Teal Tern Thrush Tortoise Trout Turtle Vole Wagtail Warbler Weasel Whale Wren Yak
    Zebra
    """
)


def pseudonyms(rng: random.Random, *, taken: Collection[str] = ()) -> Iterator[str]:
    """Names in random order, none twice and none that is taken; the number has two digits until many are in use."""
    given = set(taken)
    while True:
        highest = max(99, len(given) // 1000)
        name = f"{rng.choice(ADJECTIVES)} {rng.choice(ANIMALS)} {rng.randint(2, highest)}"
        if name not in given:
            given.add(name)
            yield name
