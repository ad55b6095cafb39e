"""What `@frozen` makes is what `@dataclass(frozen=True, slots=True)` makes, in a part of the time."""

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from time import process_time

import pytest

from semantic_layer.frozen import frozen


@frozen
class Shape:
    """Two values, one of them with a default."""

    name: str
    corners: tuple[int, ...] = ()


@frozen
class Square:
    """One value that is worked out, and one that says nothing of the record."""

    side: int
    note: str = field(default="", compare=False, repr=False)
    area: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", self.side**2)


def test_records_are_equal_by_value_and_only_to_their_own_kind():
    assert Shape("line", (1,)) == Shape("line", corners=(1,))
    assert hash(Shape("line")) == hash(Shape("line", ()))
    assert Shape("line") != Shape("dot")
    assert Square(2, "red") == Square(2, "blue") != Square(3)
    assert Shape("line") != ("line", ())


def test_a_record_says_what_it_holds_and_how_it_is_made():
    assert repr(Square(2, "red")) == "Square(side=2, area=4)"
    assert repr(Shape("line")) == "Shape(name='line', corners=())"
    assert list(inspect.signature(Shape).parameters) == ["name", "corners"]
    with pytest.raises(TypeError, match="name"):
        Shape()


def test_a_record_stays_as_it_is():
    shape = Shape("line")
    with pytest.raises(FrozenInstanceError, match="name"):
        shape.name = "dot"
    with pytest.raises(FrozenInstanceError, match="name"):
        del shape.name
    with pytest.raises(FrozenInstanceError):
        shape.colour = "red"
    assert not hasattr(shape, "__dict__")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])  # noqa: S301 - our own
def test_a_record_is_copied_whole(copied):
    assert copied(Square(2, "red")) == Square(2)
    assert copied(Square(2, "red")).note == "red"
    assert copied(Square(2)).area == 4


def test_the_tools_for_data_classes_know_records():
    assert replace(Shape("line"), name="dot") == Shape("dot")
    assert asdict(Square(2)) == {"side": 2, "note": "", "area": 4}
    match Shape("line", (1,)):
        case Shape(name, corners):
            assert (name, corners) == ("line", (1,))


def test_a_factory_of_defaults_is_refused_where_it_is_declared():
    with pytest.raises(TypeError, match="default factory"):

        @frozen
        class Bag:
            things: list[int] = field(default_factory=list)


def test_defining_a_record_takes_less_than_half_of_what_a_data_class_takes():
    made = min(_time_of(frozen) for _ in range(20))
    floor = min(_time_of(dataclass(frozen=True, slots=True)) for _ in range(20))
    assert made < floor / 2


def _time_of(decorator: Callable[[type], type]) -> float:
    class Six:
        """Six values."""

        one: int
        two: int
        three: int
        four: int
        five: int
        six: int

    began = process_time()
    decorator(Six)
    return process_time() - began
