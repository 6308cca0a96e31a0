"""Why a request is not served, as HTTP says it: one exception that every part of the gateway may raise."""

from __future__ import annotations

import math

from turnout.errors import (
    AuthenticationFailed,
    BudgetReached,
    InvalidResponse,
    LocalServerError,
    NoEligibleModel,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRejected,
    StoreError,
    TurnoutError,
    UnknownModel,
    UserError,
    WeightsError,
)
from turnout.providers.failures import scrub

__all__ = ["Refusal", "refusal_of"]


_FIELDS = (
    ("--max-usd", "turnout.max_usd"),
    ("--max-seconds", "turnout.max_seconds"),
    ("--min-quality", "turnout.min_quality"),
    ("see: turnout models list", "see: GET /v1/models"),
)


class Refusal(Exception):
    """The answer is an error: its HTTP status, and OpenAI's four fields of an error object.

    `retry_after_s` becomes the `Retry-After` header; without it clients are told not to retry a refusal that would
    only repeat itself.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        retry_after_s: float | None = None,
        allow: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.retry_after_s = retry_after_s
        self.allow = allow

    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the status alone does not say."""
        if self.retry_after_s is not None:
            return [(b"retry-after", b"%d" % max(1, math.ceil(self.retry_after_s)))]
        if self.allow is not None:
            return [(b"allow", self.allow.encode())]
        if self.status == 401:
            return [(b"www-authenticate", b"Bearer")]
        # The official SDKs keep to this header, and repeat a 429 otherwise.
        return [(b"x-should-retry", b"false")] if self.status == 429 else []


def refusal_of(error: TurnoutError) -> Refusal:
    """The refusal that an error of Turnout's own stands for. What a client cannot help is never a 4xx."""
    text = scrub(str(error))
    if isinstance(error, (UserError, BudgetReached)):
        for flag, field in _FIELDS:  # the same errors speak to users of the command line
            text = text.replace(flag, field)
    if isinstance(error, RateLimited):
        return Refusal(
            429, text, kind="rate_limit_error", code="rate_limited", retry_after_s=error.retry_after_s or 1.0
        )
    if isinstance(error, ProviderTimeout):
        return Refusal(504, text, kind="api_error", code="provider_timeout")
    if isinstance(error, RequestRejected):
        return Refusal(400, text, code="rejected_by_provider")
    if isinstance(error, AuthenticationFailed):  # the gateway's key, not the client's
        return Refusal(502, text, kind="api_error", code="provider_refused_key")
    if isinstance(error, InvalidResponse):
        return Refusal(502, text, kind="api_error", code="invalid_provider_response")
    if isinstance(error, ProviderError):
        return Refusal(502, text, kind="api_error", code="provider_unavailable", retry_after_s=error.retry_after_s)
    if isinstance(error, BudgetReached):
        return Refusal(429, text, kind="insufficient_quota", code="insufficient_quota")
    if isinstance(error, UnknownModel):
        return Refusal(404, text, code="model_not_found", param="model")
    if isinstance(error, NoEligibleModel):
        return Refusal(400, text, code="no_eligible_model")
    if isinstance(error, UserError):
        return Refusal(400, text, param=getattr(error, "param", None))
    if isinstance(error, (WeightsError, LocalServerError)):
        return Refusal(503, text, kind="api_error", code="local_model_unavailable", retry_after_s=5.0)
    if isinstance(error, StoreError):  # whose message tells where it is
        return Refusal(
            503, "the evidence store does not answer", kind="api_error", code="store_unavailable", retry_after_s=5.0
        )
    return Refusal(500, text, kind="api_error", code="internal_error")
