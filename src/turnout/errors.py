"""Every error Turnout raises on purpose.

Two branches, because they ask for different things: a *user mistake* is fixed by asking differently, a *run failure* by
trying again, another model, or repairing the machine. Each class has its own exit code for the command line::

    TurnoutError                 1
    ├── UserError                2   what was asked cannot be done as asked
    │   ├── UnknownCategory     10
    │   ├── UnknownModality     11
    │   ├── InvalidPreference   12   a negative weight, an impossible limit
    │   ├── EmptyPrompt         13
    │   ├── InputFileError      14   a file that is missing, unreadable or of the wrong kind
    │   ├── UnknownModel        15
    │   ├── MissingExtra        16   an optional dependency is not installed; the message says how
    │   ├── ConfigError         17   a bad setting or catalogue file
    │   └── NoEligibleModel     20   the limits exclude everybody; the message says who by what
    ├── DataError               30   data that cannot be read; the message names the file and the row
    │   ├── CorruptArtifact     31   a fitted router that is damaged or from another version
    │   ├── StoreError          32   the evidence store cannot be opened, read or written
    │   └── UnreadableAnswer    33   a model's answer that no rule can read: it is unscored, not wrong
    └── RunError                40   the world did not cooperate
        ├── WeightsError        41   weights could not be fetched or failed their checksum
        ├── LocalServerError    42   a local model server did not start or died
        └── ProviderError       50   a model endpoint failed; has `retryable` and `retry_after_s`
            ├── AuthenticationFailed  51
            ├── RateLimited           52
            ├── ProviderUnavailable   53   refused, reset, 5xx
            ├── ProviderTimeout       54
            ├── RequestRejected       55   4xx: too long, unknown model, refused parameter
            └── InvalidResponse       56   not what the protocol promises
"""

from __future__ import annotations

__all__ = [
    "AuthenticationFailed",
    "BudgetReached",
    "ConfigError",
    "CorruptArtifact",
    "DataError",
    "EmptyPrompt",
    "InputFileError",
    "InvalidPreference",
    "InvalidResponse",
    "LocalServerError",
    "MissingExtra",
    "NoEligibleModel",
    "NotFitted",
    "ProviderError",
    "ProviderTimeout",
    "ProviderUnavailable",
    "RateLimited",
    "RequestRejected",
    "RunError",
    "StoreError",
    "TurnoutError",
    "UnknownCategory",
    "UnknownModality",
    "UnknownModel",
    "UnreadableAnswer",
    "UserError",
    "WeightsError",
]


class TurnoutError(Exception):
    """Base of every error raised on purpose. `exit_code` is the command line's."""

    exit_code = 1


class UserError(TurnoutError):
    """What was asked cannot be done as asked."""

    exit_code = 2


class UnknownCategory(UserError):
    """A task category that does not exist for the modality."""

    exit_code = 10


class UnknownModality(UserError):
    """Not one of text, image, audio, video."""

    exit_code = 11


class InvalidPreference(UserError):
    """A weight or limit that has no meaning."""

    exit_code = 12


class EmptyPrompt(UserError):
    """Nothing was asked."""

    exit_code = 13


class InputFileError(UserError):
    """A file that is missing, unreadable or of the wrong kind."""

    exit_code = 14


class UnknownModel(UserError):
    """No model of that name, or no model that a pattern matches."""

    exit_code = 15


class MissingExtra(UserError):
    """An optional dependency is not installed."""

    exit_code = 16

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional part that is not installed: pip install 'turnout[{extra}]'")


class ConfigError(UserError):
    """A setting or a catalogue file that cannot be used."""

    exit_code = 17


class NoEligibleModel(UserError):
    """The limits leave no model. `reasons` maps each excluded model to what excluded it."""

    exit_code = 20

    def __init__(self, message: str, reasons: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.reasons = reasons or {}


class NotFitted(TurnoutError):
    """An estimator was used before `fit`."""


class DataError(TurnoutError):
    """Data that cannot be read; the message names the file and the row."""

    exit_code = 30


class CorruptArtifact(DataError):
    """A fitted router that is damaged, or of a version this Turnout cannot read."""

    exit_code = 31


class StoreError(DataError):
    """The evidence store cannot be opened, read or written."""

    exit_code = 32


class UnreadableAnswer(DataError):
    """An answer that no rule can read: empty, cut off too early, or media that cannot be decoded."""

    exit_code = 33


class RunError(TurnoutError):
    """The world did not cooperate."""

    exit_code = 40


class WeightsError(RunError):
    """Model weights could not be fetched, or are not the bytes they should be."""

    exit_code = 41


class LocalServerError(RunError):
    """A local model server did not start, or died."""

    exit_code = 42


class BudgetReached(RunError):
    """A call was not made, because it might have cost more than what is left of the budget."""

    exit_code = 43


class ModelGaveUp(RunError):
    """A call was not made, because its model had only failed before; the message has the reason."""

    exit_code = 44


class ProviderError(RunError):
    """A model endpoint failed.

    `retryable` says whether the same request may succeed later at the same endpoint; `retry_after_s` is the wait that
    the provider itself asked for, in seconds.
    """

    exit_code = 50
    retryable = False

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AuthenticationFailed(ProviderError):
    """The key is missing, wrong or not allowed (401, 402, 403)."""

    exit_code = 51


class RateLimited(ProviderError):
    """Too many requests (429)."""

    exit_code = 52
    retryable = True


class ProviderUnavailable(ProviderError):
    """The endpoint cannot be reached or failed (refused, reset, 5xx)."""

    exit_code = 53
    retryable = True


class ProviderTimeout(ProviderError):
    """No answer within the time allowed."""

    exit_code = 54
    retryable = True


class RequestRejected(ProviderError):
    """The endpoint refused this request (4xx); asking again will not help."""

    exit_code = 55


class InvalidResponse(ProviderError):
    """The endpoint answered something the protocol does not allow."""

    exit_code = 56
    retryable = True
