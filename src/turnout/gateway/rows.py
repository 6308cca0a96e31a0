"""An exchange as the journal keeps it (a line) and as the evidence store keeps it (a decision with its outcomes)."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

import orjson

from turnout.evidence.decisions import DecisionRow
from turnout.evidence.schema import fit_count, fit_text
from turnout.gateway.exchange import Attempt, Exchange
from turnout.types import Outcome, Preference

__all__ = ["decision_row", "exchange_of", "line_of"]

_LEFT = 499  # the client went away before the end
_LONGEST_S = 86_400.0
_FIELDS = {f.name for f in fields(Exchange)}
_WANTED = tuple(f.name for f in fields(Preference))


def line_of(exchange: Exchange) -> bytes:
    """One line of JSON, with its end."""
    try:
        return orjson.dumps(exchange, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # a surrogate in a text, or a number of more than 64 bits
        return orjson.dumps(_plain(asdict(exchange)), option=orjson.OPT_APPEND_NEWLINE)


def exchange_of(line: bytes) -> Exchange:
    """The exchange of a line, also of one that another version wrote. Raises `ValueError` for anything else."""
    try:
        known = {name: value for name, value in orjson.loads(line).items() if name in _FIELDS}
        known["at"] = datetime.fromisoformat(known["at"])
        if known["at"].tzinfo is None or not isinstance(known["id"], str) or not isinstance(known["status"], int):
            raise ValueError("not an exchange")
        known["attempts"] = [Attempt(**attempt) for attempt in known.get("attempts", ())]
        if known.get("preference") is not None:
            known["preference"] = Preference(**{k: v for k, v in known["preference"].items() if k in _WANTED})
        return Exchange(**known)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not an exchange: {type(error).__name__}") from None


def decision_row(exchange: Exchange) -> DecisionRow:
    """The row of the store, with an outcome for each model that was asked and a charge for the client's key."""
    wanted = exchange.preference
    return DecisionRow(
        id=exchange.id,
        at=exchange.at,
        endpoint=exchange.endpoint,
        asked=exchange.asked,
        model_id=exchange.model_id,
        provider=exchange.provider,
        key_id=exchange.key_id,
        prompt_id=exchange.prompt_id,
        modality=exchange.modality,
        category=exchange.category,
        preference=None if wanted is None else {name: getattr(wanted, name) for name in _WANTED},
        reason=exchange.reason,
        estimated_usd=exchange.estimated_usd,
        usd=exchange.usd,
        input_tokens=exchange.input_tokens,
        output_tokens=exchange.output_tokens,
        latency_s=exchange.latency_s,
        ttft_s=exchange.ttft_s,
        overhead_s=exchange.overhead_s,
        status=exchange.status,
        error=exchange.error,
        fallbacks=exchange.fallbacks,
        stream=exchange.stream,
        charged_usd=exchange.charged_usd or 0.0,
        outcomes=_outcomes(exchange),
    )


def _outcomes(exchange: Exchange) -> tuple[Outcome, ...]:
    served, failed = exchange.model_id, exchange.attempts
    if failed and failed[-1].model_id == served and failed[-1].error == exchange.error:
        failed = failed[:-1]  # the same failure, of which the exchange knows more
    found = []
    at = exchange.at
    for attempt in failed:
        at = _after(at, attempt.seconds)
        found.append(_outcome(exchange, attempt.model_id, at, error=attempt.error, latency_s=attempt.seconds))
    if served is not None:
        left = exchange.status == _LEFT
        found.append(
            _outcome(
                exchange,
                served,
                _after(at, exchange.latency_s),
                error=None if left else exchange.error,  # that a client leaves is no failure of the model …
                latency_s=None if left else exchange.latency_s,  # … and says nothing of how long it takes
                ttft_s=exchange.ttft_s,
                cost_usd=exchange.usd,
                input_tokens=exchange.input_tokens,
                output_tokens=exchange.output_tokens,
            )
        )
    return tuple(found)


def _after(at: datetime, seconds: float | None) -> datetime:
    # A broken clock or a damaged line must not keep the rest from being stored.
    return at + timedelta(seconds=seconds) if seconds is not None and 0.0 <= seconds <= _LONGEST_S else at


def _outcome(
    exchange: Exchange,
    model_id: str,
    at: datetime,
    *,
    error: str | None,
    latency_s: float | None,
    ttft_s: float | None = None,
    cost_usd: float | None = None,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
) -> Outcome:
    return Outcome(
        prompt_id=exchange.prompt_id,
        model_id=model_id,
        quality=None,
        source="unscored",  # nobody has said yet whether the answer was good
        cost_usd=cost_usd,
        latency_s=latency_s,
        ttft_s=ttft_s,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        modality=exchange.modality,
        category=exchange.category,
        error=error,
        at=at,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return fit_text(value)
    return fit_count(value) if type(value) is int else value
