import random

import pytest

from training.dialogue import CorpusInvalid
from training.names import invent
from training.slots import SlotLists
from training.wording import Filling

LISTS = SlotLists(
    {
        "name": ["Ada", "Bo"],
        "food": ["soup", "<fruit> pie"],
        "month": ["May"],
        "do.did.doing": ["swim | swam | swimming", "sing | sang | singing"],
    },
    parts={"fruit": ["plum", "quince"]},
    reserved=["Ada"],
)


def filling(seed: int = 1) -> Filling:
    return Filling(LISTS, random.Random(seed))


def test_a_slot_keeps_its_value_and_a_numbered_one_has_another() -> None:
    first, rest = filling().filled("{food}, {food} and {food2}").split(", ")

    assert rest.startswith(f"{first} and ")
    assert rest != f"{first} and {first}"


def test_the_forms_of_one_word_stand_in_one_row() -> None:
    told = filling().filled("{did2} {do2} {doing2} {do}")

    assert told in {"swam swim swimming sing", "sang sing singing swim"}


def test_a_slot_without_a_list_is_named() -> None:
    with pytest.raises(CorpusInvalid, match=r"no list for the slot \{cheese2\}"):
        filling().filled("{cheese2}")


def test_confab_begins_every_sentence_with_a_capital() -> None:
    for seed in range(20):
        spoken = filling(seed).spoken("{food} is nice! {food2} as well. is it?")

        assert all(part[0].isupper() for part in spoken.replace("! ", ". ").split(". "))


def test_a_reserved_name_is_never_drawn() -> None:
    rng = random.Random(1)

    assert "Ada" not in {LISTS.draw("name", rng) for _ in range(300)}


def test_values_are_composed_of_parts() -> None:
    rng = random.Random(1)

    assert {LISTS.draw("food", rng) for _ in range(50)} == {"soup", "plum pie", "quince pie"}


def test_what_is_typed_varies_but_names_keep_their_letters() -> None:
    rng = random.Random(1)
    typed = set()
    for _ in range(200):
        told = Filling(LISTS, rng)
        text = told.typed("Well, i'm {name} and i'm wonderful.")
        name = told.value("name")
        assert name.lower() in text.lower()
        typed.add(text.replace(name, "X").replace(name.lower(), "x"))

    assert "Well, I'm X and I'm wonderful." in typed
    assert "well, i'm x and i'm wonderful" in typed
    assert len(typed) > 6


@pytest.mark.parametrize("line", ["{planet}", "{month} and {month2}"])
def test_a_slot_that_cannot_be_filled_is_an_error(line: str) -> None:
    with pytest.raises(CorpusInvalid, match="list for"):
        filling().filled(line)


def test_invented_names_begin_with_every_letter() -> None:
    rng = random.Random(1)
    names = [invent(rng) for _ in range(3000)]

    assert {name[0] for name in names} == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert all(name.isalpha() and len(name) > 1 for name in names)
