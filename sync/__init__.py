"""The link to headquarters: outbox to MQTT 5, commands to core."""
