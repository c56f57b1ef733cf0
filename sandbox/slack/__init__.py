"""A local Slack over real HTTP: its Web API, its screens, and the webhooks it sends to a bot."""

from sandbox.slack.server import routes
from sandbox.slack.settings import SlackSettings
from sandbox.slack.world import SlackWorld, Submitted

__all__ = ["SlackSettings", "SlackWorld", "Submitted", "routes"]
