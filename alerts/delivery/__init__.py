"""Ways to tell somebody outside: the table of notifiers."""

from alerts.delivery import alertmanager, apprise, mqtt, stdout, webhook
from alerts.delivery.notifier import Kind

NOTIFIERS: dict[str, Kind] = {
    "alertmanager": Kind(alertmanager.Settings, alertmanager.make),
    "apprise": Kind(apprise.Settings, apprise.make),
    "mqtt": Kind(mqtt.Settings, mqtt.make),
    "stdout": Kind(stdout.Settings, stdout.make),
    "webhook": Kind(webhook.Settings, webhook.make),
}

__all__ = ["NOTIFIERS"]
