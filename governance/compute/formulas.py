"""Operations of training and use, counted from what is trained and on how much: plain numbers or arrays.

Every function takes positive numbers or numpy arrays that broadcast together and returns FLOP (operations, never a
rate). A weight costs two operations a token forward and four backward.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = float | NDArray[np.float64]
"""One number, or one for each draw."""


def dense_flop(parameters: Numbers, tokens: Numbers, epochs: Numbers = 1.0) -> Numbers:
    """Count training of a dense decoder; full fine-tuning and continued pre-training cost the same a token.

    Args:
        parameters: Parameters used for each token, a count.
        tokens: Unique training tokens, a count.
        epochs: Passes over them.

    Source: Kaplan et al. 2020 (arXiv 2001.08361), table 1; Commission Guidelines C(2025) 7719, annex A.2.2.

    >>> dense_flop(7e10, 1.5e13)
    6.3e+24
    """
    return 6 * parameters * tokens * epochs


def moe_flop(active_parameters: Numbers, tokens: Numbers, epochs: Numbers = 1.0) -> Numbers:
    """Count training of a mixture of experts: only the experts a token is sent to compute on it.

    Router, padding and capacity can add up to a tenth.

    Source: Du et al. 2022, GLaM (arXiv 2112.06905); DeepSeek-V3 (arXiv 2412.19437).

    >>> moe_flop(37e9, 14.8e12)
    3.2856e+24
    """
    return 6 * active_parameters * tokens * epochs


def active_parameters(shared: Numbers, expert: Numbers, experts_per_token: Numbers, router: Numbers = 0.0) -> Numbers:
    """Count the parameters of a mixture of experts that one token passes; counts are over all layers."""
    return shared + experts_per_token * expert + router


def encoder_decoder_flop(
    encoder_parameters: Numbers,
    decoder_parameters: Numbers,
    encoder_tokens: Numbers,
    decoder_tokens: Numbers,
    epochs: Numbers = 1.0,
) -> Numbers:
    """Count training of an encoder-decoder, where a token passes only its own half.

    With halves of one size this is 3 × all parameters × all tokens.

    Source: Raffel et al. 2020, T5 (arXiv 1910.10683); 3.3e22 in Epoch AI's table for T5-11B.

    >>> encoder_decoder_flop(5.5e9, 5.5e9, 5e11, 5e11)
    3.3e+22
    """
    return 6 * (encoder_parameters * encoder_tokens + decoder_parameters * decoder_tokens) * epochs


def attention_factor(
    layers: Numbers, context: Numbers, attention_width: Numbers, parameters: Numbers, *, causal: bool = True
) -> Numbers:
    """Tell by how much attending to the context multiplies the count from parameters alone.

    Args:
        layers: Transformer layers.
        context: Tokens attended to.
        attention_width: Heads times the width of a head.
        parameters: Parameters used for each token.
        causal: Whether the masked half of the attention is left out, as causal kernels do.

    Source: Kaplan et al. 2020, table 1 (causal); Chowdhery et al. 2022, PaLM (arXiv 2204.02311), appendix B (full).

    >>> attention_factor(80, 8192, 8192, 70e9, causal=False)
    1.15339168...
    """
    return 1 + layers * context * attention_width * (1 if causal else 2) / parameters


def recomputed_flop(flop: Numbers, share: Numbers = 1.0) -> Numbers:
    """Give the operations executed where activations are computed again: a full second forward pass adds a third.

    The EU guidelines leave this part out (paragraph 122).

    >>> recomputed_flop(3e24)
    4e+24
    """
    return flop * (3 + share) / 3


def adapter_flop(parameters: Numbers, adapter_parameters: Numbers, tokens: Numbers, epochs: Numbers = 1.0) -> Numbers:
    """Count training of adapters such as LoRA in all layers: frozen weights still pass signals both ways.

    Only the weight gradients of the frozen base are saved, a third of its work. Adapters in late layers cost less.

    Args:
        parameters: Frozen parameters of the base used for each token.
        adapter_parameters: Parameters trained.
        tokens: Unique training tokens.
        epochs: Passes over them.

    Source: counted from forward, signal and weight gradients; the method is Hu et al. 2021 (arXiv 2106.09685).

    >>> adapter_flop(70e9, 0.2e9, 1e9)
    2.812e+20
    """
    return (4 * parameters + 6 * adapter_parameters) * tokens * epochs


def dpo_flop(
    parameters: Numbers, reference_parameters: Numbers, pair_tokens: Numbers, epochs: Numbers = 1.0
) -> Numbers:
    """Count direct preference optimisation and its kin.

    Args:
        parameters: Parameters of the model trained.
        reference_parameters: Of the reference model; 0 where its log-probabilities are stored.
        pair_tokens: Tokens of the chosen and the rejected answers together.
        epochs: Passes over them.

    Source: Rafailov et al. 2023 (arXiv 2305.18290) for the method; the count is derived.

    >>> dpo_flop(8e9, 8e9, 1e8)
    6.4e+18
    """
    return (6 * parameters + 2 * reference_parameters) * pair_tokens * epochs


class PpoModels(NamedTuple):
    """Parameters of the four models of PPO; 0 for one that is not used."""

    policy: Numbers
    reference: Numbers
    reward: Numbers
    value: Numbers


class PpoParts(NamedTuple):
    """Operations of each part of PPO, as counting rules treat them differently."""

    generation: Numbers
    prompts: Numbers
    reference: Numbers
    reward: Numbers
    policy_updates: Numbers
    value_updates: Numbers

    @property
    def total(self) -> Numbers:
        """Give all parts together."""
        return self.generation + self.prompts + self.reference + self.reward + self.policy_updates + self.value_updates


def ppo_flop(
    models: PpoModels, generated_tokens: Numbers, prompt_tokens: Numbers = 0.0, updates: Numbers = 1.0
) -> PpoParts:
    """Count reinforcement learning with PPO, by part.

    Args:
        models: Parameters of the four models.
        generated_tokens: Tokens generated over all rollouts.
        prompt_tokens: Tokens of all prompts.
        updates: Passes of training over each rollout.

    Source: Schulman et al. 2017 (arXiv 1707.06347) for the method; the count is derived, good to a factor of 1.5.

    >>> ppo_flop(PpoModels(7e9, 7e9, 7e9, 7e9), 1e9).total
    1.26e+20
    """
    return PpoParts(
        generation=2 * models.policy * generated_tokens,
        prompts=2 * models.policy * prompt_tokens,
        reference=2 * models.reference * generated_tokens,
        reward=2 * models.reward * generated_tokens,
        policy_updates=6 * models.policy * generated_tokens * updates,
        value_updates=6 * models.value * generated_tokens * updates,
    )


def grpo_flop(
    parameters: Numbers,
    prompts: Numbers,
    group: Numbers,
    answer_tokens: Numbers,
    updates: Numbers = 1.0,
    reference_parameters: Numbers = 0.0,
) -> Numbers:
    """Count reinforcement learning on groups of answers to each prompt; groups thrown away cost as much to generate.

    Args:
        parameters: Parameters of the policy.
        prompts: Prompts, each counted as often as it is used.
        group: Answers generated to one prompt.
        answer_tokens: Mean tokens of an answer; its tail is long.
        updates: Passes of training over each answer.
        reference_parameters: Of the reference model; 0 where none is used.

    Source: Shao et al. 2024, DeepSeekMath (arXiv 2402.03300) for the method; the count is derived.

    >>> grpo_flop(7e9, 1e4, 16, 1000)
    8.96e+18
    """
    tokens = prompts * group * answer_tokens
    return tokens * (2 * parameters + 2 * reference_parameters + 6 * parameters * updates)


def distil_logits_flop(student: Numbers, teacher: Numbers, tokens: Numbers) -> Numbers:
    """Count distillation on a teacher's logits: the student trains, the teacher only passes forward.

    The teacher's own training is no part of this.

    >>> distil_logits_flop(8e9, 4e11, 1e12)
    8.48e+23
    """
    return (6 * student + 2 * teacher) * tokens


def distil_sequences_flop(
    student: Numbers, teacher: Numbers, kept_tokens: Numbers, acceptance: Numbers = 1.0
) -> Numbers:
    """Count distillation on text a teacher wrote; what was thrown away was generated too.

    Args:
        student: Active parameters of the student.
        teacher: Active parameters of the teacher.
        kept_tokens: Tokens the student trains on.
        acceptance: Share of the generated tokens that was kept, above 0 up to 1.

    >>> distil_sequences_flop(8e9, 4e11, 1e12, 0.5)
    1.648e+24
    """
    return 6 * student * kept_tokens + 2 * teacher * kept_tokens / acceptance


def synthetic_flop(
    generator: Numbers, output_tokens: Numbers, prompt_tokens: Numbers = 0.0, acceptance: Numbers = 1.0
) -> Numbers:
    """Count the making of synthetic data, thrown-away samples included.

    Args:
        generator: Active parameters of the generating model.
        output_tokens: Tokens kept.
        prompt_tokens: Tokens of the prompts of what was kept.
        acceptance: Share of the samples that was kept, above 0 up to 1.

    Source: Commission Guidelines C(2025) 7719, annex A, which counts it unless the data are public.

    >>> synthetic_flop(7e10, 1e12, acceptance=0.5)
    2.8e+23
    """
    return 2 * generator * (output_tokens + prompt_tokens) / acceptance


def inference_flop_per_token(
    active_parameters: Numbers, layers: Numbers = 0.0, attention_width: Numbers = 0.0, context: Numbers = 0.0
) -> Numbers:
    """Count the operations of generating one token after a context of that many tokens.

    Source: Kaplan et al. 2020, table 1, with the full context attended to.

    >>> inference_flop_per_token(70e9, 80, 8192, 8192)
    161474836480.0
    """
    return 2 * active_parameters + 4 * layers * attention_width * context


def best_of_n_flop(
    samples: Numbers, parameters: Numbers, output_tokens: Numbers, verifier_flop: Numbers = 0.0
) -> Numbers:
    """Count one answer chosen among several: each is generated and checked.

    >>> best_of_n_flop(10, 7e9, 1000)
    140000000000000.0
    """
    return samples * (2 * parameters * output_tokens + verifier_flop)


def pass_at_k(success: Numbers, samples: Numbers) -> Numbers:
    """Give the chance that at least one of several independent samples succeeds.

    It is what a perfect verifier would reach: an upper bound for best-of-k.

    >>> pass_at_k(0.5, 3)
    0.875
    """
    return 1 - (1 - success) ** samples


def merged_flop(parts: Sequence[Numbers], tuning: Numbers = 0.0) -> Numbers:
    """Add up models merged, averaged or used for initialisation, each distinct run once.

    Source: Commission Guidelines C(2025) 7719, annex A.
    """
    return sum(parts, tuning)


def upcycled_flop(dense: Numbers, active_parameters: Numbers, tokens: Numbers) -> Numbers:
    """Add to a dense model's compute that of going on as a mixture of experts.

    Source: Komatsuzaki et al. 2022 (arXiv 2212.05055).
    """
    return dense + moe_flop(active_parameters, tokens)


def tokens_until(threshold: Numbers, parameters: Numbers, spent_flop: Numbers = 0.0) -> Numbers:
    """Tell how many more tokens reach a threshold; 0 where it is reached already.

    >>> float(tokens_until(1e25, 7e10, 6.3e24))
    8809523809523.8...
    """
    return np.maximum(threshold - spent_flop, 0.0)[()] / (6 * parameters)


def parameters_until(threshold: Numbers, tokens: Numbers) -> Numbers:
    """Tell the size of the dense model that reaches a threshold on that many tokens.

    >>> parameters_until(1e25, 15e12)
    111111111111.1...
    """
    return threshold / (6 * tokens)
