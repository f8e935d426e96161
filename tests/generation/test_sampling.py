"""Drawn tokens have the distribution that transformers draws from, and a seed repeats them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from bot.generation.request import DecodingParams
from bot.generation.token_choice import TokenChoice, draw

DRAWS = 20_000
# The 99.99 % point of chi-square grows like this (Wilson and Hilferty).
_NORMAL_POINT = 3.72


def wanted_distribution(scores: np.ndarray[Any, Any], params: DecodingParams) -> Any:
    kept = torch.from_numpy(scores)[None]
    ids: Any = torch.zeros((1, 1), dtype=torch.long)
    kept = TemperatureLogitsWarper(params.temperature)(ids, kept)
    if params.top_k:
        kept = TopKLogitsWarper(params.top_k)(ids, kept)
    if params.top_p < 1:
        kept = TopPLogitsWarper(params.top_p)(ids, kept)
    return kept.softmax(-1)[0].double().numpy()


@pytest.mark.parametrize(
    "params",
    [
        DecodingParams(do_sample=True, top_k=0),
        DecodingParams(do_sample=True, top_k=5),
        DecodingParams(do_sample=True, top_k=0, top_p=0.7),
        DecodingParams(do_sample=True, top_k=12, top_p=0.9, temperature=0.6),
        DecodingParams(do_sample=True, top_k=0, top_p=0.95, temperature=1.8),
    ],
    ids=str,
)
def test_draws_have_transformers_distribution(params: DecodingParams) -> None:
    scores = np.random.default_rng(1).normal(0, 2, 30).astype(np.float32)
    wanted = wanted_distribution(scores, params)
    random = np.random.default_rng(2)

    counts = np.bincount([draw(scores, params, random) for _ in range(DRAWS)], minlength=30)

    assert not counts[wanted == 0].any()
    possible = wanted * DRAWS > 5
    chi_square = ((counts - wanted * DRAWS)[possible] ** 2 / (wanted * DRAWS)[possible]).sum()
    freedom = possible.sum() - 1
    spread = 2 / (9 * freedom)
    assert chi_square < freedom * (1 - spread + _NORMAL_POINT * spread**0.5) ** 3


def test_a_seed_repeats_a_reply_and_another_changes_it() -> None:
    def reply(seed: int | None) -> list[int]:
        params = DecodingParams(do_sample=True, top_k=0, max_length=20, seed=seed)
        choice = TokenChoice(params=params, source=[5, 6], start_id=1, eos_id=2)
        logits = np.zeros((1, 500), np.float32)
        while choice.advance(logits):
            pass
        return choice.found()[0]

    assert reply(3) == reply(3)
    assert reply(3) != reply(4)
    assert reply(None) != reply(None)


def test_a_banned_token_is_never_drawn() -> None:
    scores = np.full(4, -np.inf, np.float32)
    scores[2] = -50
    params = DecodingParams(do_sample=True, top_p=0.1)

    assert {draw(scores, params, np.random.default_rng(k)) for k in range(50)} == {2}
