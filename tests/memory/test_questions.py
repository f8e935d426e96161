"""Which questions are answered without the model, and which wishes are understood."""

from __future__ import annotations

import pytest

from bot.memory.fact import FactKind
from bot.memory.questions import ForgetWish, Question, QuestionBook, load_questions


@pytest.fixture(scope="module")
def book() -> QuestionBook:
    return load_questions()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("what's my name?", FactKind.NAME),
        ("What is my name", FactKind.NAME),
        ("do you remember my name?", FactKind.NAME),
        ("Do you still know what my name is, confab?", FactKind.NAME),
        ("Hey, can you tell me my name please?", FactKind.NAME),
        ("tell me my name", FactKind.NAME),
        ("who am i?", FactKind.NAME),
        ("what do I study?", FactKind.STUDY),
        ("what am i studying again?", FactKind.STUDY),
        ("Do you remember what I study?", FactKind.STUDY),
        ("what's my major?", FactKind.STUDY),
        ("where do I study?", FactKind.STUDY),
        ("where do I live?", FactKind.HOME),
        ("so, do you know where i live", FactKind.HOME),
        ("how old am i?", FactKind.AGE),
        ("when is my birthday?", FactKind.BIRTHDAY),
        ("where am i from?", FactKind.ORIGIN),
        ("where do i work?", FactKind.WORK),
        ("what do I do for a living?", FactKind.WORK),
        ("what\u2019s my job?", FactKind.WORK),
        ("what's my favourite color?", FactKind.TASTE),
        ("what do I like?", FactKind.TASTE),
        ("what don't i like?", FactKind.TASTE),
        ("what languages do I speak?", FactKind.LANGUAGE),
        ("what's my dog's name?", FactKind.PET),
        ("What is my sister called?", FactKind.PET),
        ("what are my plans?", FactKind.PLAN),
        ("what do you know about me?", None),
        ("do you remember me?", None),
    ],
)
def test_a_plain_question_is_understood(
    book: QuestionBook, text: str, kind: FactKind | None
) -> None:
    question = book.asked(text)
    assert question is not None
    assert question.kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "my name",
        "me",
        "me?",
        "what is my name worth?",
        "do you like my name?",
        "what's your name?",
        "what is the name of your dog?",
        "where do I live when I'm old?",
        "what should I study?",
        "who am i kidding?",
        "what do you study?",
        "what did i say?",
        "what am I?",
        "I live in Warsaw",
        "",
        "?!",
    ],
)
def test_anything_else_is_left_to_the_model(book: QuestionBook, text: str) -> None:
    assert book.asked(text) is None
    assert book.forget_wish(text) is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("forget that", ForgetWish(only_latest=True)),
        ("Please forget what I just said.", ForgetWish(only_latest=True)),
        ("forget my name", ForgetWish(FactKind.NAME)),
        ("can you forget where i live?", ForgetWish(FactKind.HOME)),
        ("forget my favourite color", ForgetWish(FactKind.TASTE, "favorite color")),
        ("forget that I like tea", ForgetWish(words="like tea")),
        ("forget everything you know about me", ForgetWish()),
    ],
)
def test_a_wish_to_have_something_forgotten_is_understood(
    book: QuestionBook, text: str, wish: ForgetWish
) -> None:
    assert book.forget_wish(text) == wish


@pytest.mark.parametrize(
    "text", ["forget it", "don't forget my name", "forget about him", "forgetful"]
)
def test_other_talk_of_forgetting_is_no_wish(book: QuestionBook, text: str) -> None:
    assert book.forget_wish(text) is None


def test_a_question_knows_which_fact_it_is_about(book: QuestionBook) -> None:
    assert book.asked("what's my cat's name?") == Question(FactKind.PET, "cat")
    assert book.asked("what's my favorite food?") == Question(FactKind.TASTE, "favorite food")
