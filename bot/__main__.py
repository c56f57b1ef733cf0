"""``python -m bot`` is ``smallwin``."""

from bot.cli import main

main()
