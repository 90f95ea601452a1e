"""The feed of SP-API's notifications: what Amazon tells a queue unasked, of all types in one raw table.

A type needs no feed of its own: the messages share an envelope, and staging models unfold what each type says. Their
schemas are in Amazon's selling-partner-api-models (schemas/notifications). Some are written in PascalCase and some in
camelCase; raw has them as they came.
"""

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.notifications",
        title="Notifications of a queue",
        shape="notification",
        scope="account",
        write_disposition="snapshot",
        sections=(
            Section(
                path="item",
                # the last one is deep inside ORDER_CHANGE
                known=(
                    "NotificationVersion",
                    "NotificationType",
                    "PayloadVersion",
                    "EventTime",
                    "Payload",
                    "NotificationMetadata",
                    "DestinationPostalCode",
                ),
                key=("NotificationMetadata.NotificationId", "notificationMetadata.notificationId"),
            ),
        ),
        format="jsonl",
        personal=("DestinationPostalCode",),
    ),
)
"""Messages that one reading of the queue took, by account: one JSON object a line."""
