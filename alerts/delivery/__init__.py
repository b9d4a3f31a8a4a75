"""Ways to tell somebody outside: the table of notifiers."""

from alerts.delivery import alertmanager, mqtt, stdout, webhook
from alerts.delivery.notifier import Kind

NOTIFIERS: dict[str, Kind] = {
    "alertmanager": Kind(alertmanager.Settings, alertmanager.make),
    "mqtt": Kind(mqtt.Settings, mqtt.make),
    "stdout": Kind(stdout.Settings, stdout.make),
    "webhook": Kind(webhook.Settings, webhook.make),
}

__all__ = ["NOTIFIERS"]
