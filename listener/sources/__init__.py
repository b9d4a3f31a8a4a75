"""Where posts come from: one module per kind of source, and the table of them."""

from listener.sources import jetstream, jsonl, mqtt, webhook
from listener.sources.source import SourceKind

SOURCES: dict[str, SourceKind] = {
    "jetstream": SourceKind(jetstream.Settings, jetstream.Jetstream),
    "jsonl": SourceKind(jsonl.Settings, jsonl.Jsonl),
    "mqtt": SourceKind(mqtt.Settings, mqtt.Mqtt),
    "webhook": SourceKind(webhook.Settings, webhook.Webhook),
}
