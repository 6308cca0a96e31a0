"""A language model that is told what a picture or a film shows: programs read it, the model answers from their notes.

No model here sees. RapidOCR reads what is written, simple vision measures colours and flat shapes, Whisper writes down
what is said; the language model gets that as text and is told so.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import ClientSession, web

from turnout.providers.local import chat
from turnout.providers.local.engines import Hear
from turnout.providers.local.films import film_notes
from turnout.providers.local.pages import ReadLines, decode, layout
from turnout.providers.local.shapes import facts

__all__ = ["Reader", "cut"]

_ANSWER_TOKENS = 512  # kept free for the answer when the request does not say
_MARGIN_TOKENS = 128  # the chat template, and what joins the parts
_NOTES_TOKENS = 2048  # at the most: the larger model takes a minute to read them
_LEAST_TOKENS = 32  # of a note: shorter ones are not cut
_MARK = "\n[… cut: too long for the model …]\n"
_TOLD = (
    "You cannot see. Programs have read the user's picture or film for you: what is written in it, colours and "
    "shapes that were measured, and what is said. Their notes stand between <notes> and </notes>. Answer the question "
    "from the notes, in the form it asks for and as briefly as it allows."
)


class Reader:
    """Reads what is attached to a request, and has llama.cpp's server at `address` answer."""

    def __init__(
        self, read: ReadLines, hear: Hear, address: str, key: str, *, context_tokens: int, model_id: str
    ) -> None:
        self._read = read
        self._hear = hear
        self._address = address
        self._headers = {"Authorization": f"Bearer {key}"}
        self._context_tokens = context_tokens
        self._model_id = model_id

    async def answer(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        """One chat request. With nothing asked, the answer is what was read."""
        messages = chat.messages_of(body)
        texts = [chat.text_of(message) for message in messages]
        media = [chat.media_of(message) for message in messages]
        if messages and media[-1] and not texts[-1].strip():
            read = await asyncio.to_thread(self._plain, media[-1])
            return await chat.say(request, read, body, self._model_id)
        notes = [await asyncio.to_thread(self._notes, attached) for attached in media]
        async with ClientSession(headers=self._headers) as session:
            if any(notes):
                asked = body.get("max_tokens")
                kept = min(asked, self._context_tokens // 2) if isinstance(asked, int) else _ANSWER_TOKENS
                room = self._context_tokens - kept - _MARGIN_TOKENS
                room -= sum([await self._count(session, text) for text in (_TOLD, *texts)])
                notes = await self._fitted(session, notes, min(room, _NOTES_TOKENS))
            return await self._forward(session, request, {**body, "messages": _told(messages, texts, notes)})

    def _notes(self, media: list[tuple[str, bytes]]) -> list[str]:
        """What was found in pictures (one note each) and films (a head, and a note for each frame and the sound)."""
        notes = []
        for kind, data in media:
            if kind == "video":
                notes += film_notes(data, self._read, self._hear)
                continue
            pixels = decode(data)
            lines = self._read(pixels)
            notes.append(f"picture, text in it:\n{layout(lines) or '(none)'}\n\nmeasured:\n{facts(pixels, lines)}")
        return notes

    def _plain(self, media: list[tuple[str, bytes]]) -> str:
        """What can be said without a question: of a picture its text, of a film all notes."""
        return "\n\n".join(
            "\n".join(film_notes(data, self._read, self._hear)) if kind == "video" else layout(self._read(decode(data)))
            for kind, data in media
        )

    async def _fitted(self, session: ClientSession, notes: list[list[str]], room: int) -> list[list[str]]:
        """The notes within `room` tokens: the longest are cut in the middle, which is marked."""
        flat = [note for group in notes for note in group]
        counts = [await self._count(session, note) for note in flat]
        while (over := sum(counts) - room) > 0 and max(counts) > _LEAST_TOKENS:
            longest = counts.index(max(counts))
            share = max(0.5, 1 - over / counts[longest]) * 0.9
            flat[longest] = cut(flat[longest], round(len(flat[longest]) * share))
            counts[longest] = await self._count(session, flat[longest])
        left = iter(flat)
        return [[next(left) for _ in group] for group in notes]

    async def _count(self, session: ClientSession, text: str) -> int:
        async with session.post(f"{self._address}/tokenize", json={"content": text}) as answer:
            return len((await answer.json())["tokens"])

    async def _forward(self, session: ClientSession, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        """llama.cpp's answer as it comes. Its own refusals (a bad parameter) pass through as they are."""
        async with session.post(f"{self._address}/v1/chat/completions", json=body) as answer:
            response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
            return response


def _told(messages: list[dict[str, Any]], texts: list[str], notes: list[list[str]]) -> list[dict[str, Any]]:
    """The messages as text, with notes where something was attached, and the model told what they are."""
    told = []
    for message, text, found in zip(messages, texts, notes, strict=True):
        read = "<notes>\n" + "\n\n".join(found) + "\n</notes>\n\n" if found else ""
        told.append({"role": message.get("role"), "content": read + text})
    if not any(notes):
        return told
    if told[0]["role"] == "system":
        told[0]["content"] = f"{_TOLD}\n\n{told[0]['content']}"
        return told
    return [{"role": "system", "content": _TOLD}, *told]


def cut(text: str, length: int) -> str:
    """The text in at most about `length` characters: beginning and end, and between them a mark."""
    if len(text) <= length:
        return text
    kept = max(0, length - len(_MARK)) // 2
    return text[:kept] + _MARK + text[len(text) - kept :]
