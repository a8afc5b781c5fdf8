"""The WeChat platform on this machine: pushes to the bot, serves its API, shows a phone. Imports nothing of ours."""
