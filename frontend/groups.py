"""How an opinion group looks: a letter, a colour and a shape, always together.

References
----------
Okabe, M., Ito, K. (2008). Color Universal Design: how to make figures and presentations that are friendly to
colorblind people.
"""

from dataclasses import dataclass
from string import ascii_uppercase


@dataclass(frozen=True)
class GroupLook:
    """The look of one group.

    Attributes
    ----------
    letter : what the group is called on pages
    colour : on a light ground, as #rrggbb
    colour_dark : on a dark ground
    symbol : the name of the shape in Plotly
    outline : the shape as SVG points or path on a grid of 28
    letter_y : where the letter's baseline lies in that grid
    """

    letter: str
    colour: str
    colour_dark: str
    symbol: str
    outline: str
    letter_y: float = 18.2


_LOOKS = (
    ("#0072b2", "#4da3dd", "circle", "M14 2a12 12 0 100 24 12 12 0 000-24z", 18.2),
    ("#e69f00", "#e69f00", "square", "M3.5 3.5h21v21h-21z", 18.2),
    ("#009e73", "#009e73", "triangle-up", "M14 1l13.2 24.5H.8z", 22.0),
    ("#cc79a7", "#cc79a7", "diamond", "M14 .8L27.2 14 14 27.2.8 14z", 18.2),
    ("#56b4e9", "#56b4e9", "pentagon", "M14 1l13.2 9.8-5 15.7H5.8l-5-15.7z", 18.6),
    ("#d55e00", "#d55e00", "hexagon", "M14 1l11.7 6.5v13L14 27 2.3 20.5v-13z", 18.2),
    ("#f0e442", "#f0e442", "triangle-down", "M14 27L.8 2.5h26.4z", 14.0),
    ("#8a8a8a", "#b0b0b0", "cross", "M9 1h10v8h8v10h-8v8H9v-8H1V9h8z", 18.2),
)


def group_look(index: int) -> GroupLook:
    """The look of the group with this number (0 is A). Beyond eight, colours and shapes come again, letters do not.

    Raises
    ------
    ValueError
        If the number is negative or has no letter.
    """
    if not 0 <= index < len(ascii_uppercase):
        raise ValueError(f"group index={index} should be >= 0 and < {len(ascii_uppercase)}")
    # Pairing colours and shapes with different strides keeps the second round apart from the first.
    colour, colour_dark, *_ = _LOOKS[index % len(_LOOKS)]
    _, _, symbol, outline, letter_y = _LOOKS[(index + index // len(_LOOKS)) % len(_LOOKS)]
    return GroupLook(ascii_uppercase[index], colour, colour_dark, symbol, outline, letter_y)


def group_index(name: object) -> int:
    """The number of a group given as 0, "0", "A" or "a".

    Raises
    ------
    ValueError
        If it is neither a number nor one letter.
    """
    text = str(name).strip()
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and text.upper() in ascii_uppercase:
        return ascii_uppercase.index(text.upper())
    raise ValueError(f"group={name!r} should be a number or one letter")
