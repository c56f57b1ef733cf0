"""Media: what people sent, until it is taken back (reference/messaging-api/#get-content)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.line.refusal import Refused, broken


@dataclass(frozen=True)
class Medium:
    content: bytes
    content_type: str
    ready_at: float

    @property
    def is_transcoded(self) -> bool:
        return self.content_type.startswith(("audio/", "video/"))


@dataclass
class Media:
    kept: dict[str, Medium | None] = field(default_factory=dict)  # None: gone

    def keep(self, message_id: str, content: bytes, content_type: str, ready_at: float) -> None:
        self.kept[message_id] = Medium(content, content_type, ready_at)

    def forget(self, message_id: str) -> None:
        if message_id in self.kept:
            self.kept[message_id] = None

    def get(self, message_id: str) -> Medium:
        if message_id not in self.kept:
            raise Refused(404, "not found")
        medium = self.kept[message_id]
        if medium is None:
            raise Refused(410, "The content is gone")
        return medium

    def transcoding(self, message_id: str, now: float) -> str:
        medium = self.get(message_id)
        if not medium.is_transcoded:
            raise broken(400, "Transcoding status doesn't support this type of content")
        return "succeeded" if now >= medium.ready_at else "processing"
