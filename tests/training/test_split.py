from training.dialogue import Dialogue, Exchange
from training.split import divide, is_held_out


def dialogue(number: int, *, reply: str | None = None) -> Dialogue:
    exchange = Exchange((f"question {number}",), (reply or f"answer {number}",))
    return Dialogue("numbers", (), (exchange,))


def test_about_three_dialogues_in_a_hundred_are_held_out() -> None:
    train, held_out = divide(dialogue(n) for n in range(1000))

    assert 15 <= len(held_out) <= 45
    assert len(train) + len(held_out) == 1000


def test_adding_dialogues_moves_no_other_one_across() -> None:
    _, before = divide(dialogue(n) for n in range(200))
    _, after = divide(dialogue(n) for n in range(400))

    assert [d for d in after if d in before] == before


def test_a_dialogue_that_shares_a_held_out_reply_is_in_neither_part() -> None:
    held = next(d for d in (dialogue(n) for n in range(100)) if is_held_out(d))
    twins = (dialogue(n, reply=held.exchanges[0].replies[0]) for n in range(1000, 1100))
    twin = next(d for d in twins if not is_held_out(d))

    train, held_out = divide([held, twin])

    assert train == []
    assert held_out == [held]
