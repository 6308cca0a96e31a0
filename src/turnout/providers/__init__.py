"""Models that can be asked, remote, local or recorded, behind one protocol; wrappers speak the same protocol."""

from turnout.providers.fallback import FallbackModel
from turnout.providers.openai_compatible import OpenAICompatibleModel, list_models
from turnout.providers.protocol import ChatChunk, ChatModel, ChatRequest, ChatResponse, Message
from turnout.providers.replay import RecordedAnswer, RecordingModel, ReplayModel, read_recording
from turnout.providers.retry import RetryingModel
from turnout.providers.timeout import DeadlineModel

__all__ = [
    "ChatChunk",
    "ChatModel",
    "ChatRequest",
    "ChatResponse",
    "DeadlineModel",
    "FallbackModel",
    "Message",
    "OpenAICompatibleModel",
    "RecordedAnswer",
    "RecordingModel",
    "ReplayModel",
    "RetryingModel",
    "list_models",
    "read_recording",
]
